import SampanTestSupport
import SampanDomain
import StoreTestSupport
import Testing

@testable import SampanFerry

@Suite("Request store and kill -9", .timeLimit(.minutes(5)))
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
}
