/// One reading connection. Confined to its thread.
final class SQLiteReader {
    private let connection: SQLiteConnection
    private let hooks = CommitHooks()

    init(connection: SQLiteConnection) { self.connection = connection }

    func serve(_ queue: WorkQueue<any AnyStorageJob>) {
        while let job = queue.take(upTo: 1)?.first { read(job) }
        connection.close()
    }

    /// One deferred transaction per closure: all its statements see the same snapshot.
    private func read(_ job: any AnyStorageJob) {
        do throws(StorageError) {
            try connection.execute("BEGIN")
            _ = job.attempt(Transaction(connection: connection, hooks: hooks))
            hooks.drop(after: 0)
            connection.rollBack()
            job.settle()
        } catch {
            job.fail(error)
        }
    }
}
