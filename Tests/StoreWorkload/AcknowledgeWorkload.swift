import Glibc
import SampanStorage

/// Writes pairs of rows from many tasks for ever and prints the number of each pair once its write has returned. A test kills it.
struct AcknowledgeWorkload {
    static let schema = Schema(
        name: "acknowledge",
        migrations: [Migration("pairs", "CREATE TABLE pairs (pair BIGINT NOT NULL, half BIGINT NOT NULL, PRIMARY KEY (pair, half))")])

    let path: String

    func run() async throws {
        let database = try SQLiteDatabase(path: path, schema: Self.schema)
        let known = try await database.read { tx in try tx.first("SELECT COALESCE(MAX(pair), -1) FROM pairs") { try $0.int64(0) } ?? -1 }
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<32 as Range<Int64> {
                group.addTask { try? await Self.write(from: known + 1 + task, to: database) }
            }
        }
    }

    private static func write(from first: Int64, to database: any Database) async throws {
        var pair = first
        while true {
            let current = pair
            try await database.write { tx in
                try tx.execute("INSERT INTO pairs (pair, half) VALUES (?, 0)", .integer(current))
                try tx.execute("INSERT INTO pairs (pair, half) VALUES (?, 1)", .integer(current))
            }
            let line = Array("\(current)\n".utf8)
            _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(1, $0.baseAddress, $0.count) }
            pair += 32
        }
    }
}
