import Glibc
import Synchronization
import StoreTestSupport
import Testing

@testable import SampanStorage

let numbers = Schema(
    name: "numbers",
    migrations: [
        Migration("numbers", "CREATE TABLE numbers (n BIGINT PRIMARY KEY, t TEXT, b BLOB CHECK (b IS NULL OR length(b) < 2000000))")
    ])

enum TestFailure: StorageFailure, Equatable {
    case storage(StorageError)
    case refused(Int)
}

@Suite("SQLite database")
struct SQLiteDatabaseTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("values come back as they went in")
    func values() async throws {
        let database = try SQLiteDatabase(path: directory.file(), schema: numbers)
        let text = "a\0b 门诊 \u{10FFFF}"
        try await database.write { tx in
            try tx.execute("INSERT INTO numbers VALUES (?, ?, ?)", .integer(.min), .text(text), .blob([]))
            try tx.execute("INSERT INTO numbers VALUES (?, ?, ?)", .integer(.max), .text(""), .blob([0, 255]))
            try tx.execute("INSERT INTO numbers VALUES (?, ?, ?)", 7, nil, nil)
        }
        try await database.read { tx in
            let rows = try tx.rows("SELECT n, t, b FROM numbers ORDER BY n") { row in
                (try row.int64(0), try row.optionalText(1), try row.optionalBlob(2))
            }
            #expect(rows.map(\.0) == [.min, 7, .max])
            #expect(rows.map(\.1) == [text, nil, ""])
            #expect(rows.map(\.2) == [[], nil, [0, 255]])
        }
        await database.close()
    }

    @Test("a column of another type is an error, never a conversion")
    func types() async throws {
        let database = try SQLiteDatabase(path: directory.file(), schema: numbers)
        for sql in ["SELECT 'x'", "SELECT NULL", "SELECT x'00'", "SELECT 1.5"] {
            let error = await #expect(throws: StorageError.self) { try await database.read { tx in try tx.first(sql) { try $0.int64(0) } } }
            #expect(error?.kind == .wrongType)
        }
        let error = await #expect(throws: StorageError.self) {
            try await database.read { tx in try tx.first("SELECT CAST(x'C328' AS TEXT)") { try $0.text(0) } }
        }
        #expect(error?.kind == .wrongType)
        await database.close()
    }

    @Test("a closure that throws undoes itself only, and its own error comes back")
    func savepoints() async throws {
        let database = try SQLiteDatabase(path: directory.file(), schema: numbers)
        let outcomes = await withTaskGroup(of: (Int64, TestFailure?).self) { group in
            for n in 0..<400 as Range<Int64> {
                group.addTask {
                    do throws(TestFailure) {
                        try await database.write(TestFailure.self) { tx in
                            try tx.execute("INSERT INTO numbers (n) VALUES (?)", .integer(n))
                            if n % 3 == 0 { throw TestFailure.refused(Int(n)) }
                            if n % 3 == 1 { try tx.execute("INSERT INTO numbers (n) VALUES (?)", .integer(n)) }
                        }
                        return (n, nil)
                    } catch {
                        return (n, error)
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for n in 0..<400 as Range<Int64> {
            switch n % 3 {
            case 0: #expect(outcomes[n] == .refused(Int(n)))
            case 1:
                guard case .storage(let error) = outcomes[n] else { Issue.record("no error for \(n)"); continue }
                #expect(error.kind == .constraint(.primaryKey))
            default: #expect(outcomes[n] == nil)
            }
        }
        let kept = try await database.read { tx in try tx.rows("SELECT n FROM numbers ORDER BY n") { try $0.int64(0) } }
        #expect(kept == (0..<400).filter { $0 % 3 == 2 })
        await database.close()
    }

    @Test("an inner savepoint keeps what was done before it, and drops its hooks")
    func innerSavepoint() async throws {
        let database = try SQLiteDatabase(path: directory.file(), schema: numbers)
        let log = Log()
        try await database.write { tx in
            try tx.execute("INSERT INTO numbers (n) VALUES (1)")
            tx.afterCommit { log.add("kept") }
            try? tx.savepoint { tx in
                try tx.execute("INSERT INTO numbers (n) VALUES (2)")
                tx.afterCommit { log.add("dropped") }
                throw TestFailure.refused(2)
            }
            try tx.savepoint { tx in
                try tx.execute("INSERT INTO numbers (n) VALUES (3)")
                tx.afterCommit { log.add("kept too") }
            }
        }
        #expect(log.lines == ["kept", "kept too"])
        let kept = try await database.read { tx in try tx.rows("SELECT n FROM numbers ORDER BY n") { try $0.int64(0) } }
        #expect(kept == [1, 3])
        await database.close()
    }

    @Test("hooks run before the caller goes on, in commit order, and never for a rolled-back closure")
    func hooks() async throws {
        let database = try SQLiteDatabase(path: directory.file(), schema: numbers)
        let log = Log()
        await withTaskGroup(of: Void.self) { group in
            for n in 0..<200 {
                group.addTask {
                    let written: Int64? = try? await database.write { tx in
                        let next = try tx.first("SELECT COUNT(*) FROM numbers") { try $0.int64(0) } ?? 0
                        try tx.execute("INSERT INTO numbers (n) VALUES (?)", .integer(next))
                        tx.afterCommit { log.add("\(next)") }
                        if n % 7 == 0 { throw TestFailure.refused(n) }
                        return next
                    }
                    #expect((written == nil) == (n % 7 == 0))
                    if let written { #expect(log.lines.contains("\(written)")) }
                }
            }
        }
        #expect(log.lines == (0..<171).map { "\($0)" })
        await database.close()
    }

    @Test("a full file is a typed error and loses nothing acknowledged")
    func full() async throws {
        var options = SQLiteOptions()
        options.maximumPages = 40
        let database = try SQLiteDatabase(path: directory.file(), schema: numbers, options: options)
        let kept = await withTaskGroup(of: Int64?.self) { group in
            for n in 0..<200 as Range<Int64> {
                group.addTask {
                    do throws(StorageError) {
                        try await database.write { tx in
                            try tx.execute("INSERT INTO numbers (n, b) VALUES (?, zeroblob(3000))", .integer(n))
                        }
                        return n
                    } catch {
                        #expect(error.kind == .full)
                        return nil
                    }
                }
            }
            return await group.reduce(into: Set<Int64>()) { if let n = $1 { $0.insert(n) } }
        }
        #expect(kept.count > 10 && kept.count < 40)
        let stored = try await database.read { tx in try tx.rows("SELECT n FROM numbers") { try $0.int64(0) } }
        #expect(Set(stored) == kept)
        // Small writes that still fit go on after the failures.
        try await database.write { tx in try tx.execute("DELETE FROM numbers") }
        try await database.write { tx in try tx.execute("INSERT INTO numbers (n) VALUES (1)") }
        await database.close()
    }

    @Test("a closure that swallows the error of a lost transaction cannot write beside it")
    func swallowed() async throws {
        let database = try SQLiteDatabase(path: directory.file(), schema: numbers)
        let error = await #expect(throws: StorageError.self) {
            try await database.write { tx in
                // What SQLite does by itself when the disk is full in the middle of a statement.
                try tx.execute("ROLLBACK")
                _ = try? tx.execute("INSERT INTO numbers (n) VALUES (1)")
            }
        }
        #expect(error?.kind == .io)
        let count = try await database.read { tx in try tx.first("SELECT COUNT(*) FROM numbers") { try $0.int64(0) } }
        #expect(count == 0)
        await database.close()
    }

    @Test("several connections to one file take turns by the kernel lock, and none is ever busy")
    func processLock() async throws {
        var options = SQLiteOptions()
        options.locksAcrossProcesses = true
        // Without the lock, a writer that finds another one at work would fail at once.
        options.busyTimeoutMilliseconds = 0
        let databases = try (0..<4).map { _ in try SQLiteDatabase(path: directory.file(), schema: numbers, options: options) }
        await withTaskGroup(of: Void.self) { group in
            for n in 0..<800 as Range<Int64> {
                group.addTask {
                    do {
                        try await databases[Int(n % 4)].write { tx in
                            let next = try tx.first("SELECT COALESCE(MAX(n), -1) + 1 FROM numbers") { try $0.int64(0) } ?? 0
                            try tx.execute("INSERT INTO numbers (n) VALUES (?)", .integer(next))
                        }
                    } catch {
                        Issue.record("\(error)")
                    }
                }
            }
        }
        let all = try await databases[0].read { tx in try tx.rows("SELECT n FROM numbers ORDER BY n") { try $0.int64(0) } }
        #expect(all == (0..<800).map { $0 })
        for database in databases { await database.close() }
    }

    @Test("the writing connection logs ahead, syncs every commit, and checks references")
    func pragmas() async throws {
        let database = try SQLiteDatabase(path: directory.file(), schema: numbers)
        let found = try await database.write { tx in
            (
                try tx.first("PRAGMA journal_mode") { try $0.text(0) }, try tx.first("PRAGMA synchronous") { try $0.int64(0) },
                try tx.first("PRAGMA foreign_keys") { try $0.int64(0) }
            )
        }
        #expect(found.0 == "wal" && found.1 == 2 && found.2 == 1)
        await database.close()
    }

    @Test("a closed database refuses, after finishing what it had accepted")
    func close() async throws {
        let database = try SQLiteDatabase(path: directory.file(), schema: numbers)
        let outcomes = await withTaskGroup(of: (Int64, StorageError.Kind?).self) { group in
            for n in 0..<300 as Range<Int64> {
                group.addTask {
                    do throws(StorageError) {
                        try await database.write { tx in try tx.execute("INSERT INTO numbers (n) VALUES (?)", .integer(n)) }
                        return (n, nil)
                    } catch {
                        return (n, error.kind)
                    }
                }
            }
            group.addTask {
                await database.close()
                return (-1, nil)
            }
            return await group.reduce(into: [:]) { $0[$1.0] = .some($1.1) }
        }
        let again = try SQLiteDatabase(path: directory.file(), schema: numbers)
        let stored = Set(try await again.read { tx in try tx.rows("SELECT n FROM numbers") { try $0.int64(0) } })
        for n in 0..<300 as Range<Int64> {
            #expect(stored.contains(n) == (outcomes[n] == .some(nil)))
            if let kind = outcomes[n] ?? nil { #expect(kind == .closed) }
        }
        await again.close()
        await again.close()
    }

    @Test("a reader cannot write, and sees one snapshot")
    func readers() async throws {
        let database = try SQLiteDatabase(path: directory.file(), schema: numbers)
        let error = await #expect(throws: StorageError.self) { try await database.read { tx in try tx.execute("DELETE FROM numbers") } }
        #expect(error?.kind == .readOnly)
        try await database.checkpoint()
        await database.close()
    }

    @Test("a full queue refuses at once")
    func overload() async throws {
        var options = SQLiteOptions()
        options.maximumQueue = 0
        let database = try SQLiteDatabase(path: directory.file(), schema: numbers, options: options)
        let error = await #expect(throws: StorageError.self) { try await database.write { tx in try tx.execute("DELETE FROM numbers") } }
        #expect(error?.kind == .overloaded)
        await database.close()
    }

    @Test("wrong SQL and wrong counts are misuse, not a crash", arguments: ["", "   ", "SELEC 1", "SELECT ?", "SELECT * FROM missing"])
    func misuse(sql: String) async throws {
        let database = try SQLiteDatabase(path: directory.file(), schema: numbers)
        let error = await #expect(throws: StorageError.self) { try await database.write { tx in try tx.execute(sql) } }
        #expect(error?.kind == .misuse)
        await database.close()
    }
}

/// Lines in the order in which they came.
final class Log: Sendable {
    private let state = Mutex<[String]>([])
    var lines: [String] { state.withLock { $0 } }
    func add(_ line: String) { state.withLock { $0.append(line) } }
}
