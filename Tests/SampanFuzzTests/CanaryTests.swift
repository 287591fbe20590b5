import Foundation
import SampanFuzz
import StoreTestSupport
import Testing

/// Faults that were planted: a harness that does not find these finds nothing.
@Suite("Canaries", .blocking, .timeLimit(.minutes(20)))
struct CanaryTests {
    @Test("the engine finds a planted violation behind three steps, and its input goes wrong again")
    func found() throws {
        let canary = try #require(FuzzTarget.named("canary-violation"))
        var engine = try FuzzEngine(canary, corpus: [], seed: 1)
        let violation = #expect(throws: FuzzEngine.Violation.self) { try engine.mutate(200_000) }
        let input = try #require(violation?.input)
        #expect(canary.check(input) == "the canary sang")
        var replay = try FuzzEngine(canary, corpus: [input], seed: 2)
        #expect(throws: FuzzEngine.Violation.self) { try replay.replay() }
    }

    @Test("the program notices a violation and a trap, and keeps the input that it died of", arguments: ["violation", "trap"])
    func noticed(kind: String) throws {
        let scratch = try TemporaryDirectory()
        let run = try TalkingProcess.built(
            "sampan-fuzz", ["canary-\(kind)", "--seconds", "20", "--seed", "1", "--corpus", scratch.path])
        var lines: [String] = []
        while let line = run.line() { lines.append(line) }
        #expect(run.wait() != 0)
        let canary = try #require(FuzzTarget.named("canary-\(kind)"))
        let kept = Corpus(folder: scratch.path, target: canary).files()
        #expect(!kept.isEmpty, "\(lines)")
        for file in kept {
            #expect(file.name.hasPrefix(kind == "trap" ? "crashes/crash-" : "crashes/violation-"))
            #expect(file.bytes.starts(with: "coalmine".utf8))
        }
        #expect(lines.contains { $0.contains(kind == "trap" ? "CRASH" : "VIOLATION") }, "\(lines)")
    }

    @Test("the same seed makes the same inputs")
    func seeded() {
        var first = Mutator(dictionary: [[1, 2]], maximumBytes: 100, seed: 9)
        var second = Mutator(dictionary: [[1, 2]], maximumBytes: 100, seed: 9)
        for _ in 0..<500 { #expect(first.next([[1, 2, 3], []]) == second.next([[1, 2, 3], []])) }
    }
}
