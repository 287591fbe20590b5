internal import CSQLite

/// A prepared statement. Confined to the thread of its connection; finalised with its last reference.
///
/// Safe: the handle is valid from `init` to `deinit` and never handed out; pointers into a row are copied before the next step.
@safe
final class SQLiteStatement {
    let sql: String
    /// A row of it is being looked at: the same text used meanwhile needs another statement.
    var isInUse = false
    private let handle: OpaquePointer

    init(database: OpaquePointer, path: String, sql: String) throws(StorageError) {
        var handle: OpaquePointer?
        var sqlCopy = sql
        let code = sqlCopy.withUTF8 { text in
            unsafe text.withMemoryRebound(to: CChar.self) { text in
                unsafe sqlite3_prepare_v3(
                    database, text.baseAddress, Int32(text.count), UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
            }
        }
        guard code == SQLITE_OK, let handle = unsafe handle else {
            if code == SQLITE_OK { throw StorageError(kind: .misuse, message: "an empty statement") }
            throw StorageError(database: database, code: code, context: path)
        }
        self.sql = sql
        unsafe self.handle = handle
    }

    deinit { unsafe sqlite3_finalize(handle) }

    func bind(_ values: [SQLValue]) throws(StorageError) {
        let wanted = unsafe sqlite3_bind_parameter_count(handle)
        guard wanted == Int32(values.count) else {
            throw StorageError(kind: .misuse, message: "\(values.count) values for the \(wanted) of \"\(sql)\"")
        }
        for (index, value) in values.enumerated() {
            let code = bind(value, at: Int32(index + 1))
            guard code == SQLITE_OK else {
                throw StorageError(kind: code == SQLITE_TOOBIG ? .full : .misuse, code: code, message: "value \(index + 1) of \"\(sql)\"")
            }
        }
    }

    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null: unsafe sqlite3_bind_null(handle, index)
        case .integer(let number): unsafe sqlite3_bind_int64(handle, index, number)
        case .text(var text):
            text.withUTF8 { bytes in
                guard let length = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
                return unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
                    guard let base = bytes.baseAddress else { return unsafe sampan_bind_text(handle, index, "", 0) }
                    return unsafe sampan_bind_text(handle, index, base, length)
                }
            }
        case .blob(let blob):
            unsafe blob.withUnsafeBytes { bytes in
                guard let length = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
                return unsafe sampan_bind_blob(handle, index, bytes.baseAddress, length)
            }
        }
    }

    /// SQLITE_ROW, SQLITE_DONE, or an error code.
    func step() -> Int32 { unsafe sqlite3_step(handle) }

    /// Makes it ready for the next use and lets go of the bound values (which may be patient data).
    func reset() {
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
    }

    func type(of column: Int32) -> Int32 { unsafe sqlite3_column_type(handle, column) }

    func int64(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    /// nil when the bytes are not UTF-8.
    func text(_ column: Int32) -> String? {
        guard let start = unsafe sqlite3_column_text(handle, column) else { return nil }
        let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
        return unsafe String(validating: bytes, as: UTF8.self)
    }

    func blob(_ column: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }
}
