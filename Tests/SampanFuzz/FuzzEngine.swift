internal import CFuzzProbe

/// Runs a target on its corpus and on what a mutator makes of it. In a build with coverage, inputs that reach new code join the corpus.
package struct FuzzEngine {
    package let target: FuzzTarget
    package private(set) var inputs: [[UInt8]]
    package private(set) var runs = 0
    /// Inputs that joined because they reached new code.
    package private(set) var found: [[UInt8]] = []
    private var mutator: Mutator
    /// A run may take so long; then the process ends by SIGALRM. 0: as long as it likes. Seconds.
    private let patience: UInt32

    /// An input for which the target says that something does not hold.
    package struct Violation: Error, CustomStringConvertible {
        package let input: [UInt8]
        package let reason: String

        package var description: String {
            "\(reason); input of \(input.count) bytes: \(input.prefix(200))\(input.count > 200 ? "..." : "")"
        }
    }

    package init(_ target: FuzzTarget, corpus: [[UInt8]], seed: UInt64, patience: UInt32 = 0) throws {
        self.target = target
        inputs = corpus + (try target.samples(seed))
        if inputs.isEmpty { inputs = [[]] }
        mutator = Mutator(dictionary: target.dictionary, maximumBytes: target.maximumBytes, seed: seed)
        self.patience = patience
    }

    /// Every input of the corpus as it is.
    package mutating func replay() throws(Violation) {
        for input in inputs { try run(input) }
        _ = fuzz_new_edges()
    }

    /// `count` new inputs.
    package mutating func mutate(_ count: Int) throws(Violation) {
        for _ in 0..<count {
            let input = mutator.next(inputs)
            try run(input)
            guard fuzz_new_edges() > 0 else { continue }
            inputs.append(input)
            found.append(input)
        }
    }

    private mutating func run(_ input: [UInt8]) throws(Violation) {
        runs += 1
        unsafe fuzz_record(input, input.count)
        if patience > 0 { fuzz_deadline(patience) }
        if let reason = target.check(input) { throw Violation(input: input, reason: reason) }
        if patience > 0 { fuzz_deadline(0) }
    }

    /// From here on the input under way is in a file, so that it is known when this process dies of it.
    package static func recordInputs(in path: String, of target: FuzzTarget) -> Bool {
        unsafe fuzz_record_open(path, target.maximumBytes + 65_536) == 0
    }

    /// Whether this build reports what code an input reaches, and how many edges have been met.
    package static var isGuided: Bool { fuzz_is_instrumented() != 0 }
    package static var edges: Int { fuzz_edges() }
}
