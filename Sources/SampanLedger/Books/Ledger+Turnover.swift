package import SampanDomain
package import SampanStorage

/// What an event moved on an account in some days.
package struct LedgerTurnover: Sendable, Hashable {
    package let account: LedgerAccount
    package let event: LedgerEvent
    package let debits: Money
    package let credits: Money
    package let entries: Int64
}

extension Ledger {
    /// What moved on all accounts from one day through another, by account code, then event. From the totals kept by day: its cost is the
    /// days and accounts, not the entries.
    package func turnover(
        from first: BusinessDay, through last: BusinessDay, _ tx: borrowing Transaction
    ) throws -> [LedgerTurnover] {
        first <= last ? try turnover(dayNumbers: first.number...last.number, tx) : []
    }

    /// The same of a month.
    package func turnover(of month: BusinessMonth, _ tx: borrowing Transaction) throws -> [LedgerTurnover] {
        try turnover(dayNumbers: month.dayNumbers, tx)
    }

    private func turnover(dayNumbers: ClosedRange<Int64>, _ tx: borrowing Transaction) throws -> [LedgerTurnover] {
        try tx.rows(
            """
            SELECT a.code, t.event, SUM(t.debits_fen), SUM(t.credits_fen), SUM(t.entries)
            FROM ledger_accounts a JOIN ledger_turnover t ON t.account = a.id AND t.booking_day BETWEEN ? AND ?
            GROUP BY a.code, t.event ORDER BY a.code, t.event
            """, .integer(dayNumbers.lowerBound), .integer(dayNumbers.upperBound)
        ) { row in
            guard let event = LedgerEvent(rawValue: try row.text(1)) else {
                throw StorageError(kind: .corrupt, message: "the turnover has an event that there is not")
            }
            return LedgerTurnover(
                account: try LedgerAccount.stored(try row.text(0)), event: event, debits: Money(fen: try row.int64(2)),
                credits: Money(fen: try row.int64(3)), entries: try row.int64(4))
        }
    }

    /// The entry of a business key, or nil.
    package func entry(of key: String, _ tx: borrowing Transaction) throws -> LedgerEntry? {
        guard let number = try EntryRow.find(key, tx).known else { return nil }
        return try EntryRow.entry(number, tx)
    }

    /// The last entry; nil for a ledger without one.
    package func end(_ tx: borrowing Transaction) throws -> LedgerMark? {
        try tx.first("SELECT id, hash FROM ledger_entries ORDER BY id DESC LIMIT 1") {
            LedgerMark(number: try $0.int64(0), hash: try $0.blob(1))
        }
    }

    /// The first day with an entry, behind one day (or nil: of all) and before another.
    package func firstDay(
        after day: BusinessDay?, before end: BusinessDay, _ tx: borrowing Transaction
    ) throws -> BusinessDay? {
        let number = try tx.first(
            "SELECT MIN(booking_day) FROM ledger_entries WHERE booking_day > ? AND booking_day < ?", .integer(day?.number ?? 0),
            .integer(end.number)
        ) { try $0.optionalInt64(0) }
        return number.flatMap { $0 }.flatMap { BusinessDay(number: $0) }
    }
}
