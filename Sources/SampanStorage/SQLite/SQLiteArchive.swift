internal import Glibc

/// A SQLite file that is looked into and never written: for commands that read the file of a node, also while that runs.
///
/// Blocks; for a program's main thread. Not Sendable.
package final class SQLiteArchive {
    private let connection: SQLiteConnection
    private let hooks = CommitHooks()

    /// Opens a file that is there. Throws `.cannotOpen`, `.notADatabase`, `.corrupt`, and `.wrongSchema` for the file of another service.
    package init(path: String, schema: Schema, options: SQLiteOptions = SQLiteOptions()) throws(StorageError) {
        guard unsafe access(path, R_OK) == 0 else { throw StorageError(kind: .cannotOpen, systemError: errno, doing: "opening \(path)") }
        connection = try SQLiteConnection(path: path, mode: .readOnly)
        try connection.prepareForReading(options)
        try schema.check(connection)
    }

    /// Runs `body` on one snapshot. Throws what `body` throws, and `StorageError`.
    package func read<T>(_ body: (borrowing Transaction) throws -> T) throws -> T {
        try connection.execute("BEGIN")
        defer {
            hooks.drop(after: 0)
            connection.rollBack()
        }
        return try body(Transaction(connection: connection, hooks: hooks))
    }
}
