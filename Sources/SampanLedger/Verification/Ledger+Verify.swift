internal import SampanDomain
package import SampanStorage

extension Ledger {
    /// Recomputes everything from the entries and the holds: their chains, every total that is kept, every rule. Memory grows with the
    /// accounts, the days and the reversals, not with the entries.
    ///
    /// Throws `LedgerFault` with the first difference, and `StorageError` where the file cannot be read.
    /// - Parameter mark: an entry that the ledger is known to have had.
    package func verify(mark: LedgerMark? = nil, _ tx: borrowing Transaction) throws -> LedgerVerification {
        var entries = EntryVerifier(self, mark: mark)
        try EntryRow.forEach(tx) { columns, lines in try entries.take(columns, lines) }
        let end = try entries.finish()
        try Self.checkStrayLines(tx)
        let holds = try verifyHolds(tx)
        try Self.check(entries.accounts, held: holds.held, tx)
        try Self.check(entries.turnover, tx)
        return LedgerVerification(entries: entries.number, holds: holds.count, mark: end)
    }

    /// Lines whose entry is not there.
    private static func checkStrayLines(_ tx: borrowing Transaction) throws {
        let stray = try tx.first(
            "SELECT entry FROM ledger_lines WHERE entry NOT IN (SELECT id FROM ledger_entries) ORDER BY entry LIMIT 1"
        ) { try $0.int64(0) }
        if let stray { throw LedgerFault(.entry(stray), "is missing, and has lines") }
    }

    /// The accounts as they are kept, against the sums of their lines and of the holds that are pending.
    private static func check(
        _ sums: [String: EntryVerifier.Sums], held: [String: EntryVerifier.Sums], _ tx: borrowing Transaction
    ) throws {
        var missing = Set(sums.keys)
        try tx.forEach(
            """
            SELECT code, kind, guarded, debits_fen, credits_fen, debits_held_fen, credits_held_fen FROM ledger_accounts ORDER BY code
            """
        ) { row in
            let code = try row.text(0)
            func fault(_ problem: String) -> LedgerFault { LedgerFault(.account(code), problem) }
            guard let account = try? LedgerAccount(code: code) else { throw fault("is not in the chart") }
            guard try row.text(1) == account.kind.rawValue, try row.int64(2) == (account.isGuarded ? 1 : 0) else {
                throw fault("is of another kind than the chart says")
            }
            let (sum, hold) = (sums[code] ?? EntryVerifier.Sums(), held[code] ?? EntryVerifier.Sums())
            guard try row.int64(3) == sum.debits, try row.int64(4) == sum.credits else {
                throw fault("its totals are not the sums of its lines")
            }
            guard try row.int64(5) == hold.debits, try row.int64(6) == hold.credits else {
                throw fault("what it holds is not the sum of the pending holds")
            }
            missing.remove(code)
        }
        if let code = missing.min() { throw LedgerFault(.account(code), "is missing, and has lines") }
    }

    private static func check(_ sums: [EntryVerifier.Turnover: EntryVerifier.Sums], _ tx: borrowing Transaction) throws {
        var rest = sums
        try tx.forEach(
            """
            SELECT a.code, t.booking_day, t.event, t.debits_fen, t.credits_fen, t.entries
            FROM ledger_turnover t JOIN ledger_accounts a ON a.id = t.account
            """
        ) { row in
            let key = EntryVerifier.Turnover(account: try row.text(0), day: try row.int64(1), event: try row.text(2))
            let kept = EntryVerifier.Sums(debits: try row.int64(3), credits: try row.int64(4), entries: try row.int64(5))
            guard rest.removeValue(forKey: key) == kept else { throw fault(key, "is not the sum of its lines") }
        }
        if let key = rest.keys.min(by: { ($0.account, $0.day, $0.event) < ($1.account, $1.day, $1.event) }) {
            throw fault(key, "is missing")
        }
        func fault(_ key: EntryVerifier.Turnover, _ problem: String) -> LedgerFault {
            LedgerFault(.turnover(account: key.account, day: key.day, event: key.event), problem)
        }
    }
}
