package import SampanDomain
package import SampanStorage

/// A HIS kept in SQLite, behind the adapter every HIS is reached through. Several worker processes open the same file at once;
/// their write transactions take turns by a kernel lock.
package final class HISStore: HISAdapter {
    let database: any Database

    /// Opens or makes the file and adds what of `seed` is missing. `options.locksAcrossProcesses` is always on.
    package static func open(path: String, seed: HISSeed, options: SQLiteOptions = SQLiteOptions()) async throws(StorageError) -> HISStore {
        var options = options
        options.locksAcrossProcesses = true
        let store = HISStore(database: try SQLiteDatabase(path: path, schema: schema, options: options))
        try await store.database.write { tx in try seed.plant(tx) }
        return store
    }

    /// - Parameter database: with the tables of `schema`, and the master data of a HIS.
    package init(database: any Database) { self.database = database }

    package func post(_ rows: [HISRequest], by ferryOperator: HISOperator, now: UnixTime) async -> [HISAnswer] {
        do throws(StorageError) {
            return try await database.write { tx in
                var admitted: [FerryFence: Bool] = [:]
                return try rows.map { row in
                    if let fence = row.fence {
                        let isAdmitted = try admitted[fence] ?? HISFences.admit(fence, tx)
                        admitted[fence] = isAdmitted
                        guard isAdmitted else { return .fenced }
                    }
                    return .decided(try HISPosting(row: row, ferryOperator: ferryOperator, now: now).decide(tx))
                }
            }
        } catch {
            return rows.map { _ in .unknown(.unavailable(error.description)) }
        }
    }

    package func resolve(
        _ row: HISRequest, otherwise giveUp: GiveUp, by ferryOperator: HISOperator, now: UnixTime
    ) async throws(HISError) -> HISDecision {
        let decision: HISDecision?
        do throws(StorageError) {
            decision = try await database.write { tx in
                if let fence = row.fence, try !HISFences.admit(fence, tx) { return nil }
                return try HISPosting(row: row, ferryOperator: ferryOperator, now: now).resolve(otherwise: giveUp, tx)
            }
        } catch {
            throw .unavailable(error.description)
        }
        guard let decision else { throw .fenced }
        return decision
    }

    package func refuse(
        _ row: UnreadableRow, _ reason: OutcomeReason, by ferryOperator: HISOperator, now: UnixTime
    ) async throws(HISError) -> HISDecision {
        let decision: HISDecision?
        do throws(StorageError) {
            decision = try await database.write { tx in
                if let fence = row.fence, try !HISFences.admit(fence, tx) { return nil }
                return try HISUnreadableRows.refuse(row, reason, ferryOperator, now: now, tx)
            }
        } catch {
            throw .unavailable(error.description)
        }
        guard let decision else { throw .fenced }
        return decision
    }

    package func newestFence() async throws(HISError) -> Int64 {
        do throws(StorageError) {
            return try await database.read { tx in try HISFences.newest(tx) }
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

    /// Charges that were taken back in `[start, end)`, by the number of the reversal.
    package func reversals(from start: UnixTime, to end: UnixTime) async throws(HISError) -> [HISLedgerRow] {
        do throws(StorageError) {
            return try await database.read { tx in try HISReversals.ledger(from: start, to: end, tx) }
        } catch {
            throw .unavailable(error.description)
        }
    }

    /// Finishes accepted work and closes the file.
    package func close() async { await database.close() }
}
