import SampanTestSupport
import SampanDomain
import StoreTestSupport
import Testing

@testable import SampanFerry

@Suite("Request store and kill -9", .blocking, .timeLimit(.minutes(20)))
struct RequestCrashTests {
    @Test("every acknowledged row keeps its number and id over three lives, and there is no gap", arguments: [1, 2] as [UInt64])
    func killed(seed: UInt64) async throws {
        let directory = try TemporaryDirectory()
        var random = SeededRandom(seed: seed)
        var acknowledged: [Int64: String] = [:]
        func note(_ line: String?) {
            let parts = line?.split(separator: " ") ?? []
            guard parts.count == 2, let seq = Int64(parts[0]) else { return }
            #expect(acknowledged.updateValue(String(parts[1]), forKey: seq) == nil, "seed \(seed): number \(seq) was given twice")
        }
        for life in 0..<3 {
            let child = try TalkingProcess.workload(["submit-acknowledged", directory.file(), String(life)])
            for _ in 0..<Int.random(in: 100..<3_000, using: &random) { note(child.line()) }
            child.kill()
            while let line = child.line() { note(line) }
        }
        #expect(acknowledged.count >= 300)
        let store = try await RequestStore.open(path: directory.file())
        // Rows that were committed and not yet acknowledged may be there as well; a gap may not.
        #expect(Int64(store.openCount) > acknowledged.keys.max() ?? 0)
        for seq in 0..<Int64(store.openCount) {
            let status = try await store.status(seq)
            if let id = acknowledged[seq] { #expect(status.requestID.text == id, "seed \(seed)") }
        }
        await #expect(throws: RequestStoreError.unknownSequence(Int64(store.openCount))) { try await store.status(Int64(store.openCount)) }
        await store.close()
    }

    @Test(
        "GW-08: killed in the middle of becoming history: every row is in one table, with the outcome that was told",
        arguments: [3, 4] as [UInt64])
    func archiving(seed: UInt64) async throws {
        let directory = try TemporaryDirectory()
        var random = SeededRandom(seed: seed)
        var told: [Int64: (id: String, receipt: String)] = [:]
        func note(_ line: String?) {
            let parts = line?.split(separator: " ") ?? []
            guard parts.count == 3, let seq = Int64(parts[0]) else { return }
            #expect(told.updateValue((String(parts[1]), String(parts[2])), forKey: seq) == nil, "seed \(seed)")
        }
        for life in 0..<4 {
            let child = try TalkingProcess.workload(["archive", directory.file(), String(life)])
            for _ in 0..<Int.random(in: 50..<800, using: &random) { note(child.line()) }
            child.kill()
            while let line = child.line() { note(line) }
        }
        let tables = try await RequestHistoryTests.tables(directory.file())
        #expect(tables.history.count > 100, "seed \(seed)")
        #expect((tables.hot + tables.history).sorted() == (0..<Int64(tables.hot.count + tables.history.count)).map { $0 }, "seed \(seed)")
        let store = try await RequestStore.open(path: directory.file())
        for (seq, row) in told {
            let status = try await store.status(seq)
            #expect(try status.requestID.text.hasSuffix(row.id) && status.outcome == .posted(ReceiptNumber(row.receipt)), "seed \(seed)")
        }
        await store.close()
    }
}
