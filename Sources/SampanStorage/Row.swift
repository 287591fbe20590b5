internal import CSQLite

/// One row of a result, valid inside the closure that receives it. Columns are numbered from 0, as in the `SELECT`.
///
/// A column that does not hold what is asked for throws `.wrongType` instead of being converted.
package struct Row: ~Copyable {
    let statement: SQLiteStatement

    package func int64(_ column: Int32) throws(StorageError) -> Int64 {
        guard let value = try optionalInt64(column) else { throw wrongType(column, "an integer", found: "NULL") }
        return value
    }

    package func text(_ column: Int32) throws(StorageError) -> String {
        guard let value = try optionalText(column) else { throw wrongType(column, "text", found: "NULL") }
        return value
    }

    package func blob(_ column: Int32) throws(StorageError) -> [UInt8] {
        guard let value = try optionalBlob(column) else { throw wrongType(column, "bytes", found: "NULL") }
        return value
    }

    package func optionalInt64(_ column: Int32) throws(StorageError) -> Int64? {
        switch statement.type(of: column) {
        case SQLITE_NULL: nil
        case SQLITE_INTEGER: statement.int64(column)
        default: throw wrongType(column, "an integer", found: "another type")
        }
    }

    package func optionalText(_ column: Int32) throws(StorageError) -> String? {
        switch statement.type(of: column) {
        case SQLITE_NULL: return nil
        case SQLITE_TEXT:
            guard let text = statement.text(column) else { throw wrongType(column, "UTF-8 text", found: "other bytes") }
            return text
        default: throw wrongType(column, "text", found: "another type")
        }
    }

    package func optionalBlob(_ column: Int32) throws(StorageError) -> [UInt8]? {
        switch statement.type(of: column) {
        case SQLITE_NULL: nil
        case SQLITE_BLOB: statement.blob(column)
        default: throw wrongType(column, "bytes", found: "another type")
        }
    }

    private func wrongType(_ column: Int32, _ wanted: String, found: String) -> StorageError {
        StorageError(kind: .wrongType, message: "column \(column) of \"\(statement.sql)\" holds \(found), not \(wanted)")
    }
}
