/// The one writer of a file in this process: takes what is waiting, runs it in one transaction, syncs once, answers all.
///
/// Confined to its thread.
final class SQLiteWriter {
    private let connection: SQLiteConnection
    private let lock: ProcessLock?
    private let hooks = CommitHooks()

    init(connection: SQLiteConnection, lock: ProcessLock?) {
        self.connection = connection
        self.lock = lock
    }

    func serve(_ queue: WorkQueue<SQLiteWriterItem>, maximumGroup: Int) {
        while let items = queue.take(upTo: maximumGroup) {
            let group = items.compactMap(\.job)
            if !group.isEmpty { commit(group) }
            for case .checkpoint(let continuation) in items { continuation.resume(returning: checkpoint()) }
        }
        // The last connection to close moves the log into the main file: that writes, so it takes its turn as well.
        try? lock?.lock()
        connection.close()
        lock?.unlock()
    }

    /// Commits a group. When the transaction as a whole is lost (disk full in the middle, a failed sync), each closure gets a
    /// transaction of its own, so that one that cannot be written takes nobody with it.
    private func commit(_ group: [any AnyStorageJob]) {
        do throws(StorageError) {
            try lock?.lock()
            defer { lock?.unlock() }
            try run(group)
        } catch {
            connection.rollBack()
            hooks.drop(after: 0)
            if let job = group.first, group.count == 1 { return job.fail(error) }
            for job in group { commit([job]) }
            return
        }
        hooks.runAll()
        for job in group { job.settle() }
    }

    private func checkpoint() -> Result<Void, StorageError> {
        Result { () throws(StorageError) in
            try lock?.lock()
            defer { lock?.unlock() }
            try connection.truncateLog()
        }
    }

    private func run(_ group: [any AnyStorageJob]) throws(StorageError) {
        try connection.execute("BEGIN IMMEDIATE")
        if let job = group.first, group.count == 1 {
            // Alone, the transaction is its savepoint.
            if job.attempt(Transaction(connection: connection, hooks: hooks)) { return try finish() }
            hooks.drop(after: 0)
            return connection.rollBack()
        }
        for job in group { try runInSavepoint(job) }
        try finish()
    }

    private func runInSavepoint(_ job: any AnyStorageJob) throws(StorageError) {
        let mark = hooks.mark
        try connection.execute("SAVEPOINT job")
        if !job.attempt(Transaction(connection: connection, hooks: hooks)) {
            hooks.drop(after: mark)
            try checkTransaction()
            try connection.execute("ROLLBACK TO job")
        }
        try connection.execute("RELEASE job")
    }

    private func finish() throws(StorageError) {
        try checkTransaction()
        try connection.execute("COMMIT")
    }

    /// SQLite ends a transaction by itself after some errors; whatever follows would be outside of it.
    private func checkTransaction() throws(StorageError) {
        guard connection.isInTransaction else {
            throw StorageError(kind: .io, message: "\(connection.path): SQLite gave the transaction up")
        }
    }
}

/// What waits for the writer.
enum SQLiteWriterItem: Sendable {
    case transaction(any AnyStorageJob)
    case checkpoint(CheckedContinuation<Result<Void, StorageError>, Never>)

    var job: (any AnyStorageJob)? {
        if case .transaction(let job) = self { job } else { nil }
    }
}
