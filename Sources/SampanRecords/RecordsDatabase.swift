internal import SampanCrypto
package import SampanDomain
package import SampanStorage
internal import Synchronization

/// The file of records and consent, with its keys and its clock. What is in it comes out by `RecordReader` only.
package final class RecordsDatabase: Sendable {
    package let keys: KeyRing
    package let clock: SteadyClock
    let database: any Database
    let names: OpaqueNames
    let codes: DataKey
    /// Contents that an upload of this process is writing.
    let uploads = Mutex<Set<Int64>>([])

    /// Makes the node's keys where they are missing.
    /// - Parameters:
    ///   - database: a file of `RecordsSchema.schema`; this process is its only writer.
    ///   - wall: the time of the machine.
    package init(_ database: any Database, keys: KeyRing, wall: @escaping @Sendable () -> UnixTime) async throws(RecordsError) {
        self.keys = keys
        self.database = database
        let now = wall()
        let latest = try await database.read(RecordsError.self) { transaction in try SteadyClock.stored(transaction) }
        clock = SteadyClock(wall: wall, latest: latest)
        (names, codes) = try await database.write(RecordsError.self) { transaction in
            (
                OpaqueNames(try keys.active(transaction, .node, .names, at: now)),
                try keys.active(transaction, .node, .codes, at: now)
            )
        }
    }

    /// Opens or makes the file at `path`. Blocks while it migrates.
    package convenience init(
        path: String, keys: KeyRing, options: SQLiteOptions = SQLiteOptions(), wall: @escaping @Sendable () -> UnixTime
    ) async throws(RecordsError) {
        let database: SQLiteDatabase
        do throws(StorageError) {
            database = try SQLiteDatabase(path: path, schema: RecordsSchema.schema, options: options)
        } catch {
            throw .storage(error)
        }
        try await self.init(database, keys: keys, wall: wall)
    }

    package func close() async { await database.close() }
}
