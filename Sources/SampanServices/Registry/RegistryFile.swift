package import SampanDomain
package import SampanStorage
internal import Synchronization

/// The registry's file with what is needed to read and write it: shared by the desks of institutions, staff and codes, whose entries are
/// checked against each other in one transaction. Safe from any task.
package final class RegistryFile: Sendable {
    /// In the platform's data folder.
    package static let fileName = "registry.db"

    let database: any Database
    let sealer: RegistrySealer
    /// Which codes the region's institutions have.
    let scheme: InstitutionCode.Scheme
    /// Who may act, as others follow it.
    package let standing: StandingBook
    private let wall: @Sendable () -> UnixTime
    private let highest = Mutex(UnixTime(nanoseconds: .min))

    /// Opens or makes the file. Blocks: call it at start, and `start` before anything is asked.
    package convenience init(
        path: String, sealer: RegistrySealer, scheme: InstitutionCode.Scheme, standing: StandingBook,
        now: @escaping @Sendable () -> UnixTime
    ) throws(StorageError) {
        self.init(
            database: try SQLiteDatabase(path: path, schema: RegistrySchema.schema, options: SQLiteOptions()), sealer: sealer,
            scheme: scheme, standing: standing, now: now)
    }

    /// - Parameter database: with the tables of `RegistrySchema.schema`.
    package init(
        database: any Database, sealer: RegistrySealer, scheme: InstitutionCode.Scheme, standing: StandingBook,
        now: @escaping @Sendable () -> UnixTime
    ) {
        self.database = database
        self.sealer = sealer
        self.scheme = scheme
        self.standing = standing
        wall = now
    }

    /// Learns who may act, enters the built-in code tables where there are none. Call it once, before the registry is served.
    package func start() async throws(RegistryError) {
        let known = try await read { tx in
            try tx.first(
                """
                SELECT MAX(at) FROM (SELECT MAX(recorded_at) AS at FROM institution_versions UNION ALL
                    SELECT MAX(recorded_at) FROM staff_versions UNION ALL SELECT MAX(published_at) FROM code_versions)
                """
            ) { try $0.optionalInt64(0) }
        }
        if let newest = known.flatMap({ $0 }) { highest.withLock { $0 = max($0, UnixTime(nanoseconds: newest)) } }
        let (now, standing) = (now(), standing)
        try await write { tx in
            try DefaultCodes.publish(now: now, tx)
            let everybody = try StandingRows.all(at: now, tx)
            tx.afterCommit { standing.begin(everybody, at: now) }
        }
    }

    /// The wall's time, but never before what was recorded last: a clock that is set back must not undo a suspension.
    func now() -> UnixTime {
        let wall = wall()
        return highest.withLock { highest in
            highest = max(highest, wall)
            return highest
        }
    }

    /// Has what takes effect by the clock alone be known to those who follow, until its task is cancelled.
    /// - Parameter pause: waits, or less when its task is cancelled.
    package func keepStanding(pause: @Sendable (Duration) async -> Void) async {
        while !Task.isCancelled {
            await pause(.milliseconds(250))
            // A registry that cannot be read now is asked again; nothing takes effect then, and writes are refused as well.
            try? await noticeDue()
        }
    }

    /// What has taken effect since the last time.
    package func noticeDue() async throws(RegistryError) {
        let (now, since, standing) = (now(), standing.through, standing)
        guard now > since else { return }
        let due = try await read { tx in try StandingRows.due(after: since, through: now, tx) }
        guard !due.isEmpty else { return standing.reach(now) }
        // As a write, so that it is told in the order of what is written.
        try await write { tx in
            let changes = try StandingRows.changes(of: due, at: now, tx)
            tx.afterCommit {
                standing.publish(changes)
                standing.reach(now)
            }
        }
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> T) async throws(RegistryError) -> T {
        try await database.read(RegistryError.self, body)
    }

    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> T) async throws(RegistryError) -> T {
        try await database.write(RegistryError.self, body)
    }

    package func close() async {
        standing.end()
        await database.close()
    }
}
