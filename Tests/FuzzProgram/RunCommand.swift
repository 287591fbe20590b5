import ArgumentParser
import Foundation
import SampanFuzz

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run targets for some time, each in a process of its own.",
        discussion: """
            An input that violates, traps or hangs is written into the corpus' folder TARGET/crashes and named. \
            Exits with 1 when there was one.
            """)

    @Argument(help: "Targets; all unless named.") var targets: [String] = []
    @Option(help: "Seconds for each target.") var seconds: Double = 60
    @Option(help: "Seed of an earlier run.") var seed: UInt64?
    @Option(help: "Folder of the corpus.") var corpus = Corpus.committed
    @Option(help: "Folder in which inputs that reach new code are kept, for the next run to begin with.") var keep: String?
    @Flag(help: "Name the targets.") var list = false

    /// Faults after which a target is left: the same one is found again and again.
    private static let faultsMax = 3

    func validate() throws {
        for name in targets where FuzzTarget.named(name) == nil {
            throw ValidationError("there is no target \(name); there are \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
        }
        guard seconds > 0, seconds < 1e6 else {
            throw ValidationError("--seconds \(seconds): right would be more than 0, less than 1,000,000")
        }
    }

    func run() async throws {
        if list { return FuzzTarget.all.forEach { print($0.name) } }
        let seed = self.seed ?? UInt64.random(in: 0..<1_000_000_000)
        print("seed \(seed)\(FuzzEngine.isGuided ? "" : ", without guidance by coverage")")
        var faults = 0
        for target in targets.isEmpty ? FuzzTarget.all : targets.compactMap(FuzzTarget.named) { faults += try fuzz(target, seed) }
        guard faults == 0 else { throw ExitCode.failure }
    }

    /// Returns the number of faults.
    private func fuzz(_ target: FuzzTarget, _ seed: UInt64) throws -> Int {
        let end = ContinuousClock.now + .seconds(seconds)
        var faults = 0
        repeat {
            let rest = ContinuousClock.now.duration(to: end)
            let left = Double(rest.components.seconds) + Double(rest.components.attoseconds) / 1e18
            let work = try Work(target, seed: seed &+ UInt64(faults), seconds: max(left, 0), corpus, keep, withoutCrashes: faults > 0)
            guard let fault = work.fault else {
                print("\(target.name): \(work.output)")
                return faults
            }
            faults += 1
            let path = try Corpus(folder: corpus, target: target).keep(work.input, as: fault.kind, in: "crashes")
            print(
                "\(target.name): \(fault.kind.uppercased()): \(fault.detail)\n\(target.name): the input of \(work.input.count) bytes is \(path)"
            )
        } while faults < Self.faultsMax && ContinuousClock.now < end
        return faults
    }
}
