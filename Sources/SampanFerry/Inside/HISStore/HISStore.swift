package import SampanDomain
package import SampanStorage

/// A HIS kept in SQLite, behind the adapter every HIS is reached through. Several worker processes open the same file at once;
/// their write transactions take turns by a kernel lock.
package final class HISStore: HISAdapter {
    private let database: any Database

    /// Opens or makes the file and adds what of `seed` is missing. `options.locksAcrossProcesses` is always on.
    package static func open(path: String, seed: HISSeed, options: SQLiteOptions = SQLiteOptions()) async throws(StorageError) -> HISStore {
        var options = options
        options.locksAcrossProcesses = true
        let store = HISStore(database: try SQLiteDatabase(path: path, schema: schema, options: options))
        try await store.database.write { tx in try seed.plant(tx) }
        return store
    }

    private init(database: any Database) { self.database = database }

    package func post(_ rows: [HISRequest], by ferryOperator: HISOperator, now: UnixTime) async -> [HISAnswer] {
        do throws(StorageError) {
            return try await database.write { tx in
                try rows.map { row in .decided(try HISPosting(row: row, ferryOperator: ferryOperator, now: now).decide(tx)) }
            }
        } catch {
            return rows.map { _ in .unknown(.unavailable(error.description)) }
        }
    }

    package func resolve(
        _ row: HISRequest, otherwise giveUp: GiveUp, by ferryOperator: HISOperator, now: UnixTime
    ) async throws(HISError) -> HISDecision {
        do throws(StorageError) {
            return try await database.write { tx in
                try HISPosting(row: row, ferryOperator: ferryOperator, now: now).resolve(otherwise: giveUp, tx)
            }
        } catch {
            throw .unavailable(error.description)
        }
    }

    package func ledger(from start: UnixTime, to end: UnixTime) async throws(HISError) -> [HISLedgerRow] {
        do throws(StorageError) {
            return try await database.read { tx in try HISReceipts.ledger(from: start, to: end, tx) }
        } catch {
            throw .unavailable(error.description)
        }
    }

    /// Finishes accepted work and closes the file.
    package func close() async { await database.close() }
}
