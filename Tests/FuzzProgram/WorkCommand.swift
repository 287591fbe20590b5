import ArgumentParser
import Foundation
import SampanFuzz

/// One target in this process, which may die of it.
struct WorkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work", abstract: "Run one target in this process; used by `run`.", shouldDisplay: false)

    /// Exit code for a violation; the input is in the record.
    static let violated: Int32 = 3
    /// A run may take so long. 10 s: the slowest input seen takes milliseconds, even under a sanitizer.
    private static let patienceSeconds: UInt32 = 10

    @Argument var target: String
    @Option var seed: UInt64
    @Option var seconds: Double
    @Option(help: "File for the input under way.") var record: String
    @Option(help: "Folders of inputs to begin with.") var corpus: [String] = []
    @Option(help: "Folder for inputs that reach new code.") var keep: String?
    @Flag(help: "Leave out inputs that once went wrong.") var withoutCrashes = false

    func run() throws {
        guard let target = FuzzTarget.named(target) else { throw ValidationError("there is no target \(target)") }
        guard FuzzEngine.recordInputs(in: record, of: target) else { throw ValidationError("cannot write \(record)") }
        let files = corpus.flatMap { Corpus(folder: $0, target: target).files() }
        let inputs = files.filter { !withoutCrashes || !$0.name.hasPrefix("crashes/") }.map(\.bytes)
        var engine = try FuzzEngine(target, corpus: inputs, seed: seed, patience: Self.patienceSeconds)
        do throws(FuzzEngine.Violation) {
            try engine.replay()
            let end = ContinuousClock.now + .seconds(seconds)
            while ContinuousClock.now < end { try engine.mutate(200) }
        } catch {
            print(error.reason)
            throw ExitCode(Self.violated)
        }
        if let keep {
            for input in engine.found { _ = try Corpus(folder: keep, target: target).keep(input, as: "found") }
        }
        let guidance = FuzzEngine.isGuided ? ", \(FuzzEngine.edges) edges met, \(engine.found.count) inputs that reached new code" : ""
        print("\(engine.runs) runs\(guidance)")
    }
}
