internal import Glibc

/// A SQLite file: WAL, synchronous FULL, one writer thread that commits groups, readers in parallel.
///
/// Opening blocks (it migrates); do it at start. Without `close`, the threads end when the last reference goes.
package final class SQLiteDatabase: Database {
    private let options: SQLiteOptions
    private let writes: WorkQueue<SQLiteWriterItem>
    private let reads: WorkQueue<any AnyStorageJob>
    private let writerEnded = ThreadLatch(threads: 1)
    private let readersEnded: ThreadLatch

    /// Opens or makes (0600) the file and brings it up to `schema`.
    ///
    /// Throws `.cannotOpen`, `.readOnly`, `.notADatabase`, `.corrupt`, `.full`, `.wrongSchema` or `.newerSchema`, each naming the file.
    package init(path: String, schema: Schema, options: SQLiteOptions = SQLiteOptions()) throws(StorageError) {
        self.options = options
        writes = WorkQueue(limit: options.maximumQueue)
        reads = WorkQueue(limit: options.maximumQueue)
        let readers = max(1, min(16, options.readers))
        readersEnded = ThreadLatch(threads: readers)
        do throws(StorageError) {
            try Self.createIfMissing(path)
            try Self.startWriter(path: path, schema: schema, options: options, queue: writes, ended: writerEnded)
            for _ in 0..<readers {
                try Self.startReader(path: path, options: options, queue: reads, ended: readersEnded)
            }
        } catch {
            writes.close()
            reads.close()
            throw error
        }
    }

    deinit {
        reads.close()
        writes.close()
    }

    @discardableResult
    package func write<T: Sendable, Failure: StorageFailure>(
        _ failure: Failure.Type, _ body: @escaping @Sendable (borrowing Transaction) throws -> T
    ) async throws(Failure) -> T {
        let result: Result<T, Failure> = await withCheckedContinuation { continuation in
            let job = StorageJob(body: body, continuation: continuation)
            if let error = refusal(of: writes.append(.transaction(job))) { job.fail(error) }
        }
        return try result.get()
    }

    package func read<T: Sendable, Failure: StorageFailure>(
        _ failure: Failure.Type, _ body: @escaping @Sendable (borrowing Transaction) throws -> T
    ) async throws(Failure) -> T {
        let result: Result<T, Failure> = await withCheckedContinuation { continuation in
            let job = StorageJob(body: body, continuation: continuation)
            if let error = refusal(of: reads.append(job)) { job.fail(error) }
        }
        return try result.get()
    }

    package func checkpoint() async throws(StorageError) {
        let result: Result<Void, StorageError> = await withCheckedContinuation { continuation in
            if let error = refusal(of: writes.append(.checkpoint(continuation))) { continuation.resume(returning: .failure(error)) }
        }
        try result.get()
    }

    package func close() async {
        reads.close()
        await readersEnded.wait()
        writes.close()
        await writerEnded.wait()
    }

    private func refusal(of admission: QueueAdmission) -> StorageError? {
        switch admission {
        case .accepted: nil
        case .full: StorageError(kind: .overloaded, message: "\(options.maximumQueue) closures are waiting already")
        case .closed: StorageError(kind: .closed, message: "the database is closed")
        }
    }
}

extension SQLiteDatabase {
    /// Makes the file before SQLite would, so that only this user may ever read it (the log and its index inherit the mode), and syncs
    /// its directory: a file whose name is lost in a power cut would take acknowledged writes with it.
    private static func createIfMissing(_ path: String) throws(StorageError) {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let code = errno
            let kind: StorageError.Kind = code == EROFS ? .readOnly : .cannotOpen
            throw StorageError(kind: kind, systemError: code, doing: "opening \(path)")
        }
        Glibc.close(descriptor)
        let parent = path.lastIndex(of: "/").map { path[...$0] } ?? "."
        let directory = unsafe Glibc.open(String(parent), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw StorageError(kind: .cannotOpen, systemError: errno, doing: "opening \(parent)") }
        defer { Glibc.close(directory) }
        guard fsync(directory) == 0 else { throw StorageError(kind: .io, systemError: errno, doing: "syncing \(parent)") }
    }

    /// The connection is made and migrated by its own thread; this waits until that is done.
    private static func startWriter(
        path: String, schema: Schema, options: SQLiteOptions, queue: WorkQueue<SQLiteWriterItem>, ended: ThreadLatch
    ) throws(StorageError) {
        try StorageThread.start { () throws(StorageError) -> SQLiteWriter in
            let lock = options.locksAcrossProcesses ? try ProcessLock(path: path + ".lock") : nil
            try lock?.lock()
            defer { lock?.unlock() }
            let connection = try SQLiteConnection(path: path, mode: .readWrite)
            try connection.prepareForWriting(options)
            try schema.migrate(connection)
            return SQLiteWriter(connection: connection, lock: lock)
        } serve: { writer in
            writer?.serve(queue, maximumGroup: options.maximumGroup)
            ended.threadEnded()
        }
    }

    private static func startReader(
        path: String, options: SQLiteOptions, queue: WorkQueue<any AnyStorageJob>, ended: ThreadLatch
    ) throws(StorageError) {
        try StorageThread.start { () throws(StorageError) -> SQLiteReader in
            let connection = try SQLiteConnection(path: path, mode: .readOnly)
            try connection.prepareForReading(options)
            return SQLiteReader(connection: connection)
        } serve: { reader in
            reader?.serve(queue)
            ended.threadEnded()
        }
    }
}
