/// The one interface between the services and whatever keeps their rows.
///
/// SQL behind it is kept portable (`?` placeholders, ANSI types, `ON CONFLICT`), so that a region that outgrows one machine can
/// change the engine without another line of service code. Safe to use from any task; nothing here runs on the caller's thread.
package protocol Database: AnyObject, Sendable {
    /// Runs `body` in a write transaction and returns when its effect is on disk.
    ///
    /// Closures of concurrent callers share one transaction and one sync (group commit), each in its own savepoint: what `body`
    /// throws rolls back `body` alone and comes back to its caller. `body` runs on the writer thread, one at a time, in the order
    /// of the calls; **it may run more than once** (when the group around it had to be given up), so its only effects are
    /// those through the transaction. It must not wait for anything. A write that was queued is not taken back when its task is cancelled:
    /// its outcome is always told.
    /// - Parameter failure: the error type of the caller's store. Errors of this type thrown by `body` arrive unchanged,
    ///   database errors arrive as `.storage`, any other error is a defect and arrives as `.storage(.misuse)`.
    @discardableResult
    func write<T: Sendable, Failure: StorageFailure>(
        _ failure: Failure.Type, _ body: @escaping @Sendable (borrowing Transaction) throws -> T
    ) async throws(Failure) -> T

    /// Runs `body` on a snapshot that holds every write acknowledged before this call. Readers run in parallel with each other and
    /// the writer.
    /// A statement that writes throws `.readOnly`.
    func read<T: Sendable, Failure: StorageFailure>(
        _ failure: Failure.Type, _ body: @escaping @Sendable (borrowing Transaction) throws -> T
    ) async throws(Failure) -> T

    /// Moves the write-ahead log into the main file and empties it. Throws `.busy` when a reader is in the way.
    func checkpoint() async throws(StorageError)

    /// Takes no new work, finishes all that was accepted, and closes the file. May be called repeatedly; all calls return when it
    /// is closed.
    func close() async
}

extension Database {
    /// `write` for bodies whose only failures are the database's.
    @discardableResult
    package func write<T: Sendable>(
        _ body: @escaping @Sendable (borrowing Transaction) throws -> T
    ) async throws(StorageError) -> T {
        try await write(StorageError.self, body)
    }

    /// `read` for bodies whose only failures are the database's.
    package func read<T: Sendable>(
        _ body: @escaping @Sendable (borrowing Transaction) throws -> T
    ) async throws(StorageError) -> T {
        try await read(StorageError.self, body)
    }
}
