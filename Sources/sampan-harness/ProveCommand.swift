import ArgumentParser
import SampanHarness

struct ProveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Run a named proof at full size; its figure is printed last.",
        discussion: """
            Exits with 1 where the promise does not hold.

            EXAMPLES
              Scripts/prove --list
              Scripts/prove crash
              Scripts/prove crash --seed 42      play an earlier run again
              Scripts/prove latency --quick      the short form that CI runs
              Scripts/prove abuse --only PING    one of its attacks
            """)

    @Argument(help: "Name of the proof.")
    var name: String?

    @Flag(name: .long, help: "Name every proof and what it promises.")
    var list = false

    @Flag(name: .long, help: "The short form.")
    var quick = false

    @Option(name: .long, help: "Seed of an earlier run.")
    var seed: UInt64?

    @Option(name: .long, help: "One part of the proof alone, by its name or how that begins (an attack of abuse).")
    var only: String?

    func validate() throws {
        guard list || name != nil else { throw ValidationError("name a proof, or use --list") }
        if let name, !ProofListing.all.contains(where: { $0.name == name }) {
            throw ValidationError("there is no proof \(name); there are \(ProofListing.all.map(\.name).joined(separator: ", "))")
        }
        let parts = ProofListing.all.first(where: { $0.name == name })?.parts ?? []
        if let only, !parts.contains(where: { $0.hasPrefix(only) }) {
            throw ValidationError("there is no part \(only); there are \(parts.isEmpty ? "none" : parts.joined(separator: "; "))")
        }
    }

    func run() async throws {
        if list {
            let width = ProofListing.all.map(\.name.count).max() ?? 0
            for proof in ProofListing.all {
                print(proof.name + String(repeating: " ", count: width - proof.name.count) + "  " + proof.promise)
            }
            return
        }
        guard let proof = ProofListing.all.first(where: { $0.name == name }) else { return }
        let verdict = try await proof.make(quick, seed, only).run(programs: SampanHarnessProgram.programs)
        print("\(proof.name): \(verdict.isGood ? "holds" : "DOES NOT HOLD"): \(verdict.figure)")
        if !verdict.isGood { throw ExitCode.failure }
    }
}
