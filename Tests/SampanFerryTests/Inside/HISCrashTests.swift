import SampanTestSupport
import SampanDomain
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanFerry

@Suite("HIS store with many processes", .blocking, .timeLimit(.minutes(20)))
struct HISCrashTests {
    @Test(
        "5 processes, killed at random, then 4 others over the same rows: one effect each, receipts unique and without a gap",
        arguments: [1, 2] as [UInt64])
    func killed(seed: UInt64) async throws {
        let directory = try TemporaryDirectory()
        var random = SeededRandom(seed: seed)
        let count = 3_000
        var acknowledged: [String: String] = [:]
        func note(_ line: String) {
            let parts = line.split(separator: " ")
            guard parts.count == 2, Int(parts[0]) != nil else { return }
            if let before = acknowledged.updateValue(String(parts[1]), forKey: String(parts[0])) {
                #expect(before == parts[1], "seed \(seed)")
            }
        }
        for round in 0..<3 {
            // In the last round with another number of workers, and to the end.
            let workers = round == 2 ? 4 : 5
            let children = try (0..<workers).map { worker in
                try TalkingProcess.workload(["post", directory.file()] + [worker, workers, count, 16].map(String.init))
            }
            for child in children.shuffled(using: &random) {
                if round < 2 {
                    for _ in 0..<Int.random(in: 1..<200, using: &random) { if let line = child.line() { note(line) } }
                    child.kill()
                }
                while let line = child.line() { note(line) }
                if round == 2 { #expect(child.wait() == 0) }
            }
        }
        #expect(acknowledged.count == count, "seed \(seed)")
        let store = try await HISStore.open(path: directory.file(), seed: .paymentDay)
        let ledger = try await store.ledger(from: UnixTime(nanoseconds: .min), to: UnixTime(nanoseconds: .max))
        #expect(ledger.count == count, "seed \(seed)")
        #expect(Set(ledger.map(\.outTradeNo)).count == count)
        #expect(ledger.map { Int($0.receipt.text.dropFirst(7)) } == (1...count).map { $0 }, "seed \(seed)")
        for row in ledger { #expect(acknowledged[String(row.outTradeNo.text.dropFirst(2))] == row.receipt.text, "seed \(seed)") }
        await store.close()
    }
}
