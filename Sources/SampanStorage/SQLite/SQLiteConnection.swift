internal import CSQLite
internal import Glibc

/// One open connection to one file. Not Sendable: it is made by the thread that owns it, or handed to it before its first use.
///
/// Safe: the handle is valid until `close`, after which every call fails with `.closed`.
@safe
final class SQLiteConnection {
    enum Mode {
        case readWrite, readOnly
    }

    /// Distinct texts kept prepared per connection; a service has a few dozen, so reaching it means that somebody builds SQL from data.
    private static let maximumStatements = 256

    /// SQLite counts its memory under one lock for all connections: 11 % of a writer's time, and nobody reads the figure. Refused (and
    /// then of no effect) when something else in the process has used SQLite before.
    private static let withoutStatistics: Bool = sampan_disable_memory_statistics() == SQLITE_OK

    let path: String
    private var handle: OpaquePointer?
    private var statements: [String: SQLiteStatement] = [:]

    init(path: String, mode: Mode) throws(StorageError) {
        self.path = path
        _ = Self.withoutStatistics
        var handle: OpaquePointer?
        let access = mode == .readWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY
        let code = unsafe sqlite3_open_v2(path, &handle, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let handle = unsafe handle else {
            defer { unsafe sqlite3_close_v2(handle) }
            throw StorageError(database: handle, code: code, context: path)
        }
        unsafe self.handle = handle
        if mode == .readWrite, unsafe sqlite3_db_readonly(handle, "main") == 1 {
            close()
            throw StorageError(kind: .readOnly, message: "\(path) may only be read by this user")
        }
    }

    deinit { close() }

    /// Outside any transaction after BEGIN means that SQLite rolled back by itself (disk full, I/O error).
    var isInTransaction: Bool {
        guard let handle = unsafe handle else { return false }
        return unsafe sqlite3_get_autocommit(handle) == 0
    }

    func close() {
        statements.removeAll()
        unsafe sqlite3_close_v2(handle)
        unsafe handle = nil
    }

    /// Runs one statement, skipping rows it may return; tells how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ values: [SQLValue] = []) throws(StorageError) -> Int {
        let handle = try unsafe open()
        let statement = try take(sql)
        defer { give(back: statement) }
        try statement.bind(values)
        while true {
            switch statement.step() {
            case SQLITE_ROW: continue
            case SQLITE_DONE: return unsafe Int(sqlite3_changes(handle))
            case let code: throw StorageError(database: handle, code: code, context: path)
            }
        }
    }

    /// Hands rows to `body` until it returns false.
    func forEachRow(_ sql: String, _ values: [SQLValue], _ body: (borrowing Row) throws -> Bool) throws {
        let handle = try unsafe open()
        let statement = try take(sql)
        defer { give(back: statement) }
        try statement.bind(values)
        let row = Row(statement: statement)
        while true {
            switch statement.step() {
            case SQLITE_ROW: if try !body(row) { return }
            case SQLITE_DONE: return
            case let code: throw StorageError(database: handle, code: code, context: path)
            }
        }
    }

    /// Runs several statements that take no values: schemas and pragmas.
    func script(_ sql: String) throws(StorageError) {
        let handle = try unsafe open()
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw StorageError(database: handle, code: code, context: path) }
    }

    /// Ends a transaction, if there is one. A failure leaves nothing to do: SQLite rolls back when the file is next opened.
    func rollBack() {
        if isInTransaction { _ = try? execute("ROLLBACK") }
    }

    fileprivate func open() throws(StorageError) -> OpaquePointer {
        guard let handle = unsafe handle else { throw StorageError(kind: .closed, message: "\(path) is closed") }
        return unsafe handle
    }

    private func take(_ sql: String) throws(StorageError) -> SQLiteStatement {
        if let kept = statements[sql], !kept.isInUse {
            kept.isInUse = true
            return kept
        }
        let statement = try unsafe SQLiteStatement(database: open(), path: path, sql: sql)
        statement.isInUse = true
        if statements[sql] == nil {
            if statements.count >= Self.maximumStatements { statements.removeAll() }
            statements[sql] = statement
        }
        return statement
    }

    private func give(back statement: SQLiteStatement) {
        statement.reset()
        statement.isInUse = false
    }
}

extension SQLiteConnection {
    struct AppliedStep {
        let schema: String
        let name: String
    }

    func appliedSteps() throws(StorageError) -> [AppliedStep] {
        var steps: [AppliedStep] = []
        do {
            try forEachRow("SELECT schema_name, step FROM sampan_schema ORDER BY number", []) { row in
                steps.append(AppliedStep(schema: try row.text(0), name: try row.text(1)))
                return true
            }
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError(kind: .misuse, message: "\(error)")
        }
        return steps
    }
}

extension SQLiteConnection {
    /// Settings of a writing connection: the log, a sync at every commit, checked references.
    func prepareForWriting(_ options: SQLiteOptions) throws(StorageError) {
        try setBusyTimeout(options)
        try script("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF")
        if options.isDerived { try script("PRAGMA synchronous=NORMAL") }
        // KiB, as a negative number: the working set of a busy day instead of SQLite's 2 MiB.
        try script("PRAGMA cache_size=-\(options.cacheKiB)")
        try script("PRAGMA wal_autocheckpoint=\(options.checkpointPages)")
        if let pages = options.maximumPages { try script("PRAGMA max_page_count=\(pages)") }
    }

    func prepareForReading(_ options: SQLiteOptions) throws(StorageError) {
        try setBusyTimeout(options)
        try script("PRAGMA query_only=ON; PRAGMA trusted_schema=OFF")
    }

    /// Throws `.busy` when a reader still needs the log.
    func truncateLog() throws(StorageError) {
        let handle = try unsafe open()
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        guard code == SQLITE_OK else { throw StorageError(database: handle, code: code, context: path) }
    }

    private func setBusyTimeout(_ options: SQLiteOptions) throws(StorageError) {
        let handle = try unsafe open()
        unsafe sqlite3_busy_timeout(handle, options.busyTimeoutMilliseconds)
    }
}
