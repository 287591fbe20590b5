import SampanDomain
import SampanStorage
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanRecords

@Suite("Records crash", .blocking)
struct RecordsCrashTests {
    @Test("after kill -9 every acknowledged version is whole, nothing else is there, and both rotations go on")
    func kill() async throws {
        let directory = try TemporaryDirectory()
        var acknowledged: [String: String] = [:]
        for life in 0..<4 {
            let child = try TalkingProcess.built("records-workload", [directory.file(), "\(life)"])
            func take(_ line: String) {
                let words = line.split(separator: " ").map(String.init)
                if words.count == 5 { acknowledged[words[1]] = line }
            }
            for _ in 0..<(20 + 7 * life) {
                guard let line = child.line() else { break }
                take(line)
            }
            child.kill()
            while let line = child.line() { take(line) }
        }
        #expect(acknowledged.count > 20)
        let fixture = try await RecordsFixture(path: directory.file(), former: [[UInt8](repeating: 8, count: 32)])
        _ = try await fixture.writer.sweep()
        try await KeyRotation(fixture.records).run()
        for line in acknowledged.values {
            let words = line.split(separator: " ").map(String.init)
            let (size, fill) = (Int(words[3]) ?? -1, UInt8(words[4]) ?? 0)
            let bytes = try await fixture.read(.own(), DocumentID(words[1]), version: Int64(words[2]))
            #expect(bytes == [UInt8](repeating: fill, count: size))
        }
        // What is there beyond that was committed and not told; none of it is half.
        let orphans = try await fixture.records.database.read { transaction in
            try transaction.first(
                """
                SELECT (SELECT COUNT(*) FROM record_contents WHERE is_whole = 0),
                    (SELECT COUNT(*) FROM record_contents) - (SELECT COUNT(*) FROM record_versions),
                    (SELECT COUNT(*) FROM record_chunks) - (SELECT SUM(chunks) FROM record_versions)
                """
            ) { row in [try row.int64(0), try row.int64(1), try row.int64(2)] }
        }
        #expect(orphans == [0, 0, 0])
    }
}
