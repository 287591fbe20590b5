internal import SampanDomain
internal import SampanLedger
internal import SampanStorage

/// Books entries on days that are open. What belongs to a closed day goes to the day after the last closed one and is marked late, so that
/// a closed day never changes.
enum DayBooking {
    /// Posts an entry, or finds it posted, on its own day or late. Throws as `Ledger.post`.
    @discardableResult
    static func post(_ new: NewEntry, in ledger: Ledger, now: UnixTime, _ tx: borrowing Transaction) throws -> LedgerEntry {
        guard let closed = try lastClosedDay(tx), new.day <= closed else { return try ledger.post(new, now: now, tx) }
        // Told again after its day was closed: it stands where it was booked first.
        if let first = try ledger.entry(of: new.key, tx) {
            return try ledger.post(first.content.day == new.day ? new : new.late(on: first.content.day), now: now, tx)
        }
        guard let open = BusinessDay(closed.next) else {
            throw StorageError(kind: .misuse, message: "there is no day after \(closed)")
        }
        let entry = try ledger.post(new.late(on: open), now: now, tx)
        try tx.execute(
            "INSERT INTO settlement_late_entries (entry, belongs_to, booked_on) VALUES (?, ?, ?)", .integer(entry.number),
            .integer(new.day.number), .integer(open.number))
        return entry
    }

    /// Nil while no day was closed.
    static func lastClosedDay(_ tx: borrowing Transaction) throws -> BusinessDay? {
        let number = try tx.first("SELECT MAX(day) FROM settlements") { try $0.optionalInt64(0) }
        return number.flatMap { $0 }.flatMap { BusinessDay(number: $0) }
    }
}
