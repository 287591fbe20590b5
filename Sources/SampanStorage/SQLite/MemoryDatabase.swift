internal import Synchronization

/// What a simulation keeps of a file: SQLite in memory, whose closures run where they are asked for, at once, one after the other.
///
/// For `SampanSaga`, which decides itself what happens when, what a process loses, and when everything begins anew. A service that keeps
/// its rows here would lose them with its process.
package final class MemoryDatabase: Sendable {
    private let connection: Mutex<SQLiteConnection>
    private let isLazy: Bool

    /// - Parameters:
    ///   - isLazy: a disk that says that it has written what it has not yet: `losePower` takes the last transaction back.
    ///   - seed: rows that are there from the start, and again after each `reset`.
    package init(schema: Schema, isLazy: Bool = false, seed: (borrowing Transaction) throws -> Void = { _ in }) throws {
        self.isLazy = isLazy
        let connection = try SQLiteConnection(path: ":memory:", mode: .readWrite)
        try connection.prepareForWriting(SQLiteOptions())
        try schema.migrate(connection)
        try connection.execute("BEGIN IMMEDIATE")
        try seed(Transaction(connection: connection, hooks: CommitHooks()))
        try connection.execute("COMMIT")
        // All that follows is one transaction that is never committed: beginning anew is undoing it, and statements stay prepared.
        try connection.execute("BEGIN IMMEDIATE")
        self.connection = Mutex(connection)
    }

    /// As it was made.
    package func reset() throws(StorageError) {
        try connection.withLock { connection throws(StorageError) in
            connection.rollBack()
            try connection.execute("BEGIN IMMEDIATE")
            if isLazy { try connection.execute("SAVEPOINT last") }
        }
    }

    /// What a lazy disk has not written is gone.
    package func losePower() throws(StorageError) {
        guard isLazy else { return }
        try connection.withLock { connection throws(StorageError) in _ = try connection.execute("ROLLBACK TO last") }
    }

    /// Reads at once, for whoever looks on from outside.
    package func look<T: Sendable>(_ body: (borrowing Transaction) throws -> T) throws -> T {
        try connection.withLock { connection in
            try body(Transaction(connection: connection, hooks: CommitHooks()))
        }
    }

    /// The database as one process has it open.
    /// - Parameter moment: asked around every transaction; what it throws, the process gets. After `.beforeWrite` nothing is
    ///   written then; after `.written` it is, and the process does not hear of it.
    package func opened(
        _ moment: @escaping @Sendable (MemoryDatabaseMoment) async throws(StorageError) -> Void
    ) -> any Database {
        OpenedMemoryDatabase(base: self, moment: moment)
    }

    fileprivate func commit<T: Sendable, Failure: StorageFailure>(
        _ failure: Failure.Type, _ body: @Sendable (borrowing Transaction) throws -> T
    ) -> Result<T, Failure> {
        connection.withLock { connection in
            let hooks = CommitHooks()
            do {
                if isLazy {
                    try connection.execute("RELEASE last")
                    try connection.execute("SAVEPOINT last")
                }
                try connection.execute("SAVEPOINT job")
                do {
                    let value = try body(Transaction(connection: connection, hooks: hooks))
                    try connection.execute("RELEASE job")
                    hooks.runAll()
                    return .success(value)
                } catch {
                    try connection.execute("ROLLBACK TO job")
                    try connection.execute("RELEASE job")
                    throw error
                }
            } catch {
                return .failure(Failure(of: error))
            }
        }
    }
}

/// Around a transaction of a `MemoryDatabase`.
package enum MemoryDatabaseMoment: Sendable {
    case beforeRead, beforeWrite, written
}

/// A `MemoryDatabase` as one process sees it.
private final class OpenedMemoryDatabase: Database {
    private let base: MemoryDatabase
    private let moment: @Sendable (MemoryDatabaseMoment) async throws(StorageError) -> Void

    init(base: MemoryDatabase, moment: @escaping @Sendable (MemoryDatabaseMoment) async throws(StorageError) -> Void) {
        (self.base, self.moment) = (base, moment)
    }

    func write<T: Sendable, Failure: StorageFailure>(
        _ failure: Failure.Type, _ body: @escaping @Sendable (borrowing Transaction) throws -> T
    ) async throws(Failure) -> T {
        do throws(StorageError) { try await moment(.beforeWrite) } catch { throw .storage(error) }
        let result = base.commit(failure, body)
        do throws(StorageError) { try await moment(.written) } catch { throw .storage(error) }
        return try result.get()
    }

    func read<T: Sendable, Failure: StorageFailure>(
        _ failure: Failure.Type, _ body: @escaping @Sendable (borrowing Transaction) throws -> T
    ) async throws(Failure) -> T {
        do throws(StorageError) { try await moment(.beforeRead) } catch { throw .storage(error) }
        do { return try base.look(body) } catch { throw Failure(of: error) }
    }

    func checkpoint() async throws(StorageError) {}
    func close() async {}
}
