import Foundation
import SampanFuzz
import Testing

/// The short form of Scripts/fuzz: every kept input, and a fixed number of new ones.
@Suite("Fuzzing", .timeLimit(.minutes(20)))
struct FuzzTests {
    /// SAMPAN_FUZZ_SEED plays an earlier run again.
    private static let seed = ProcessInfo.processInfo.environment["SAMPAN_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_261_124

    private static func corpus(_ target: FuzzTarget) -> [(name: String, bytes: [UInt8])] {
        Corpus(folder: Corpus.committed, target: target).files()
    }

    @Test("every kept input, those that once went wrong among them, and 1,500 new ones", arguments: FuzzTarget.all)
    func holds(target: FuzzTarget) throws {
        print("\(target.name): seed \(Self.seed)")
        var engine = try FuzzEngine(target, corpus: Self.corpus(target).map(\.bytes), seed: Self.seed)
        do throws(FuzzEngine.Violation) {
            try engine.replay()
            try engine.mutate(1_500)
        } catch {
            Issue.record("\(target.name), seed \(Self.seed): \(error)")
        }
        #expect(engine.runs > 1_500)
    }

    @Test("every target has a corpus, and every folder a target")
    func corpora() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Corpus.committed).filter { !$0.hasPrefix(".") }
        #expect(Set(folders) == Set(FuzzTarget.all.map(\.name)))
        for target in FuzzTarget.all { #expect(Self.corpus(target).count >= 3, "\(target.name)") }
    }
}
