package import SampanDomain
package import SampanStorage

extension Ledger {
    /// Books an entry, or finds it booked: the same key with the same content gives the entry of the first time.
    ///
    /// Throws `keyReused` for another content, `insufficient` where a guarded account would come below zero, `overflow`.
    @discardableResult
    package func post(_ new: NewEntry, now: UnixTime, _ tx: borrowing Transaction) throws -> LedgerEntry {
        let (known, head) = try EntryRow.find(new.key, tx)
        if let known {
            guard let first = try EntryRow.entry(known, tx), first.content == new else {
                throw LedgerError.keyReused(key: new.key, entry: known)
            }
            return first
        }
        return try append(new, after: head, now: now, tx)
    }

    /// Takes an entry back by its mirror, on a day of its own.
    ///
    /// Throws as `post`, `unknownEntry`, `alreadyReversed` and `reversalOfReversal`.
    @discardableResult
    package func reverse(
        _ number: Int64, key: String, day: BusinessDay, reason: String, actor: String, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> LedgerEntry {
        guard let entry = try EntryRow.entry(number, tx) else { throw LedgerError.unknownEntry(number) }
        guard entry.reverses == nil else { throw LedgerError.reversalOfReversal(number) }
        let mirror = try entry.content.lines.map { try LedgerLine.credit($0.account, $0.amount) }
        let new = try NewEntry(
            key: key, event: .reversal, day: day, lines: mirror, reason: reason, actor: actor, reverses: number)
        if let other = try EntryRow.reversal(of: number, tx) {
            guard let first = try EntryRow.entry(other, tx), first.content == new else { throw LedgerError.alreadyReversed(by: other) }
            return first
        }
        return try post(new, now: now, tx)
    }

    /// The entry of a number, or nil.
    package func entry(_ number: Int64, _ tx: borrowing Transaction) throws -> LedgerEntry? { try EntryRow.entry(number, tx) }

    private func append(
        _ new: NewEntry, after head: EntryRow.Head, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> LedgerEntry {
        let totals = try zip(new.lines, AccountTotals.find(new.lines, tx)).map { try $1.after($0.amount.fen) }
        let number = head.number + 1
        // A clock that stands still or was set back: the order of the entries is the order of time.
        let (least, overflow) = head.recordedAt.addingReportingOverflow(1)
        guard !overflow else { throw LedgerError.overflow }
        let recordedAt = max(now.nanoseconds, least)
        let hash = try digest(new.bytes(number: number, recordedAt: recordedAt, previous: head.hash))
        let entry = LedgerEntry(number: number, content: new, recordedAt: UnixTime(nanoseconds: recordedAt), hash: hash)
        try EntryRow.insert(entry, totals, tx)
        return entry
    }
}
