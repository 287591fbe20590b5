internal import SampanDomain
package import SampanStorage
internal import Synchronization

/// The audit log of a node: append-only, chained by hashes, its end signed at every commit (PL-05).
///
/// `record` never waits: what is recorded waits in a bounded queue and is written in groups, each durable (synchronous FULL) with its head,
/// by the storage's own thread. Denials that one caller gets for one method within one second, after the first, are one entry with their
/// count; what finds no room, or cannot be written, is counted in an entry that says so. Safe from any thread.
///
/// What it cannot do: nobody is kept from deleting the file, or from putting back an older copy of it with its heads. `AuditChain.Mark`,
/// kept elsewhere, shows that.
package final class AuditLog: Sendable {
    private enum Wake { case records, secondOver }

    private let queue = Mutex(AuditQueue())
    private let wakes: AsyncStream<Wake>.Continuation
    let database: SQLiteDatabase
    let seals: AuditSeals?
    private let served: Mutex<Task<Void, Never>?> = Mutex(nil)

    /// Opens or makes (0600) the file and goes on behind its end.
    ///
    /// Throws `storage`, and `damaged` for a file whose end is not what its head says: it is to be looked into and moved away, never gone
    /// on with.
    /// - Parameters:
    ///   - signer: asked at each commit, so that a renewed certificate signs from then on.
    ///   - sealing: nil for a log without trees and proofs.
    ///   - report: told of an error once, and again only after a commit has worked in between; must not block.
    package static func open(
        path: String, signer: @escaping @Sendable () -> AuditSigner, time: AuditTime, options: SQLiteOptions = SQLiteOptions(),
        sealing: AuditSealing? = AuditSealing(),
        report: @escaping @Sendable (AuditError) -> Void
    ) async throws(AuditError) -> AuditLog {
        let database: SQLiteDatabase
        do throws(StorageError) { database = try SQLiteDatabase(path: path, schema: AuditStore.schema, options: options) } catch {
            throw .storage(error)
        }
        // Looked at here, and once more by the task: what it holds cannot be handed over.
        _ = try await AuditWriter(database, signer: signer, now: time.now)
        var seals: AuditSeals?
        if let sealing {
            let index = try AuditSealer.openIndex(beside: path)
            let sealer = AuditSealer(database, index: index, signer: signer, now: time.now, sealing)
            do throws(AuditError) { try await sealer.check() } catch {
                await index.close()
                throw error
            }
            seals = AuditSeals(sealer, index: index, rest: { await time.rest(sealing.interval) }, report: report)
        }
        let (stream, wakes) = AsyncStream.makeStream(of: Wake.self)
        let log = AuditLog(wakes, database, seals)
        log.serve(stream, signer, time, report)
        return log
    }

    /// At most two wake-ups are ever outstanding, so that the stream needs no limit: one for an empty queue that was filled, one for a
    /// second.
    private init(_ wakes: AsyncStream<Wake>.Continuation, _ database: SQLiteDatabase, _ seals: AuditSeals?) {
        self.wakes = wakes
        self.database = database
        self.seals = seals
    }

    deinit { wakes.finish() }

    /// Has a record written soon. Never blocks; a denial is summed with others of its second. What waits is lost when the process is
    /// killed: some milliseconds, and of a sum up to a second. After `close` it does nothing.
    package func record(_ record: AuditRecord) {
        if queue.withLock({ $0.add(record) }) { wakes.yield(.records) }
    }

    /// Writes a record and returns its number when it is durable: what an admin does is in the log before it happens. Throws `overloaded`,
    /// `closed`, and what stood in the way of writing; in that case too the next entry counts it.
    @discardableResult
    package func append(_ record: AuditRecord) async throws(AuditError) -> UInt64 {
        let result: Result<UInt64, AuditError> = await withCheckedContinuation { continuation in
            let item = AuditQueue.Item(record: record) { continuation.resume(returning: $0) }
            let (wakes, isClosed) = queue.withLock { queue in queue.isClosed ? (nil, true) : (queue.add(item), false) }
            if wakes == true { self.wakes.yield(.records) }
            if wakes == nil { continuation.resume(returning: .failure(isClosed ? .closed : .overloaded)) }
        }
        return try result.get()
    }

    /// Writes what waits and closes the file. Call it once, when nothing is recorded any more.
    package func close() async {
        queue.withLock { $0.close() }
        wakes.finish()
        await served.withLock { $0 }?.value
    }

    // MARK: The task that writes

    private func serve(
        _ stream: AsyncStream<Wake>, _ signer: @escaping @Sendable () -> AuditSigner, _ time: AuditTime,
        _ report: @escaping @Sendable (AuditError) -> Void
    ) {
        let (wakes, database, seals) = (wakes, database, seals)
        // The queue belongs to the log, and the log must be able to go: its wake-ups end then.
        let task = Task { [weak self] in
            do throws(AuditError) {
                var writer = try await AuditWriter(database, signer: signer, now: time.now)
                var timer: Task<Void, Never>?
                var isBroken = false
                for await wake in stream {
                    if wake == .secondOver { timer = nil }
                    isBroken = await self?.drain(&writer, time, isBroken, report) ?? isBroken
                    seals?.wake()
                    guard timer == nil, self?.queue.withLock({ $0.hasOpenSums }) == true else { continue }
                    timer = Task {
                        await time.pause(.seconds(1))
                        wakes.yield(.secondOver)
                    }
                }
                timer?.cancel()
                _ = await self?.drain(&writer, time, isBroken, report)
            } catch {
                report(error)
            }
            await seals?.close()
            await database.close()
        }
        served.withLock { $0 = task }
    }

    /// Writes all that waits; true when that cannot be done.
    @concurrent private func drain(
        _ writer: inout AuditWriter, _ time: AuditTime, _ wasBroken: Bool, _ report: @Sendable (AuditError) -> Void
    ) async -> Bool {
        var wasBroken = wasBroken
        while true {
            let now = time.now()
            let items = queue.withLock { $0.take(AuditWriter.maximumGroup, at: now) }
            guard !items.isEmpty else { return wasBroken }
            do throws(AuditError) {
                try await writer.write(items)
                wasBroken = false
            } catch {
                if !wasBroken { report(error) }
                wasBroken = true
                // Counted before anybody hears of it, so that what they do next is behind the count.
                let (reason, goesOn) = (error, queue.withLock { $0.lose(items.map(\.record)) })
                for item in items { item.settle?(.failure(reason)) }
                if !goesOn { return true }
            }
        }
    }
}
