import SampanDomain
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanLedger

@Suite("Ledger crash", .blocking)
struct LedgerCrashTests {
    @Test("after kill -9 every acknowledged entry is there, and the ledger is whole", arguments: [40, 333, 1_200])
    func kill(afterLines count: Int) async throws {
        let directory = try TemporaryDirectory()
        var acknowledged = Set<String>()
        // Three lives of the same file: recovery is part of what is tested.
        for _ in 0..<3 {
            let child = try TalkingProcess.workload(["ledger", directory.file()])
            for _ in 0..<count {
                guard let line = child.line() else { break }
                acknowledged.insert(line)
            }
            child.kill()
            while let line = child.line() { acknowledged.insert(line) }
        }
        #expect(acknowledged.count >= 3 * count)
        let database = try SQLiteDatabase(path: directory.file(), schema: LedgerBench.schema)
        let verification = try await database.read { tx in try LedgerBench.ledger.verify(tx) }
        #expect(verification.entries >= acknowledged.count)
        let keys = try await database.read { tx in try tx.rows("SELECT business_key FROM ledger_entries") { try $0.text(0) } }
        #expect(acknowledged.subtracting(keys).isEmpty)
        #expect(try await database.read { tx in try LedgerBench.ledger.trialBalance(tx) }.isBalanced)
        await database.close()
    }
}
