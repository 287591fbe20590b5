internal import CSQLite

extension StorageError {
    /// The error that a SQLite result code means, with SQLite's own text.
    @safe
    init(database: OpaquePointer?, code: Int32, context: String) {
        // The connection remembers the extended code of its last failure; a bare code is the fallback.
        let last = unsafe sqlite3_extended_errcode(database)
        let extended = last & 0xFF == code & 0xFF ? last : code
        let text = unsafe database == nil ? String(cString: sqlite3_errstr(code)) : String(cString: sqlite3_errmsg(database))
        self.init(kind: Kind(sqliteCode: extended), code: extended, message: "\(context): \(text)")
    }
}

extension StorageError.Kind {
    /// Result codes as in https://www.sqlite.org/rescode.html; the low byte is the primary code.
    init(sqliteCode code: Int32) {
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: self = .busy
        case SQLITE_FULL: self = .full
        case SQLITE_CORRUPT: self = .corrupt
        case SQLITE_NOTADB: self = .notADatabase
        case SQLITE_CONSTRAINT: self = .constraint(StorageError.Constraint(sqliteCode: code))
        case SQLITE_IOERR, SQLITE_NOMEM, SQLITE_NOLFS: self = .io
        case SQLITE_READONLY: self = .readOnly
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: self = .cannotOpen
        case SQLITE_MISMATCH: self = .wrongType
        case SQLITE_ERROR, SQLITE_MISUSE, SQLITE_RANGE, SQLITE_SCHEMA: self = .misuse
        default: self = .other
        }
    }
}

extension StorageError.Constraint {
    /// Extended codes are primary | (n << 8); their macros do not reach Swift.
    fileprivate init(sqliteCode code: Int32) {
        switch code >> 8 {
        case 1: self = .check
        case 3: self = .foreignKey
        case 5: self = .notNull
        case 6: self = .primaryKey
        case 7: self = .trigger
        case 8: self = .unique
        default: self = .other
        }
    }
}
