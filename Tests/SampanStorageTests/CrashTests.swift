import Glibc
import StoreTestSupport
import Testing

@testable import SampanStorage

@Suite("Crash", .blocking)
struct CrashTests {
    static let schema = Schema(
        name: "acknowledge",
        migrations: [Migration("pairs", "CREATE TABLE pairs (pair BIGINT NOT NULL, half BIGINT NOT NULL, PRIMARY KEY (pair, half))")])

    @Test("after kill -9 every acknowledged pair is there, and none is halved", arguments: [50, 333, 1_500])
    func kill(afterLines count: Int) async throws {
        let directory = try TemporaryDirectory()
        var acknowledged = Set<Int64>()
        // Three lives of the same file: recovery is part of what is tested.
        for _ in 0..<3 {
            let child = try TalkingProcess.workload(["acknowledge", directory.file()])
            for _ in 0..<count {
                guard let line = child.line(), let pair = Int64(line) else { break }
                acknowledged.insert(pair)
            }
            child.kill()
            while let line = child.line() { if let pair = Int64(line) { acknowledged.insert(pair) } }
        }
        #expect(acknowledged.count >= 3 * count)
        let database = try SQLiteDatabase(path: directory.file(), schema: Self.schema)
        let pairs = try await database.read { tx in
            try tx.rows("SELECT pair, COUNT(*) FROM pairs GROUP BY pair") { (try $0.int64(0), try $0.int64(1)) }
        }
        #expect(pairs.allSatisfy { $0.1 == 2 })
        #expect(acknowledged.subtracting(pairs.map(\.0)).isEmpty)
        let check = try await database.read { tx in try tx.first("PRAGMA integrity_check") { try $0.text(0) } }
        #expect(check == "ok")
        await database.close()
    }
}
