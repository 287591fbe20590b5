package import SampanDomain
package import SampanStorage

extension Ledger {
    /// Lines of one page of a statement at the most.
    package static let maximumPage = 10_000

    /// What an account holds; zero for one that nobody had booked on. Of now, it is one read of one row.
    package func balance(of account: LedgerAccount, at moment: LedgerMoment = .now, _ tx: borrowing Transaction) throws -> AccountBalance {
        guard let totals = try AccountTotals.find(account, tx) else { return AccountBalance(account, debits: 0, credits: 0) }
        switch moment {
        case .now: return AccountBalance(totals)
        case .recorded(let time):
            let sums = try Self.sums(of: totals.id, through: try Self.lastEntry(at: time, tx), tx)
            return AccountBalance(account, debits: sums.debits, credits: sums.credits)
        case .booked(let day):
            let sums = try tx.first(
                "SELECT SUM(debits_fen), SUM(credits_fen) FROM ledger_turnover WHERE account = ? AND booking_day <= ?",
                .integer(totals.id), .integer(day.number)
            ) { (try $0.optionalInt64(0) ?? 0, try $0.optionalInt64(1) ?? 0) }
            return AccountBalance(account, debits: sums?.0 ?? 0, credits: sums?.1 ?? 0)
        }
    }

    package func trialBalance(at moment: LedgerMoment = .now, _ tx: borrowing Transaction) throws -> TrialBalance {
        switch moment {
        case .now: return try TrialBalance(moment, AccountTotals.all(tx).map { AccountBalance($0) }.filter(\.isUsed))
        case .recorded(let time):
            let last = try Self.lastEntry(at: time, tx)
            return try TrialBalance(
                moment,
                AccountTotals.all(tx).map {
                    let sums = try Self.sums(of: $0.id, through: last, tx)
                    return AccountBalance($0.account, debits: sums.debits, credits: sums.credits)
                }.filter(\.isUsed))
        case .booked(let day):
            return try TrialBalance(
                moment,
                tx.rows(
                    """
                    SELECT a.code, SUM(t.debits_fen), SUM(t.credits_fen) FROM ledger_turnover t JOIN ledger_accounts a ON a.id = t.account
                    WHERE t.booking_day <= ? GROUP BY a.code ORDER BY a.code
                    """, .integer(day.number)
                ) { AccountBalance(try LedgerAccount.stored(try $0.text(0)), debits: try $0.int64(1), credits: try $0.int64(2)) })
        }
    }

    /// What an event moved on an account, over all days or on one: the sums that reports are made of.
    package func turnover(
        of event: LedgerEvent, on account: LedgerAccount, day: BusinessDay? = nil, _ tx: borrowing Transaction
    ) throws -> (debits: Money, credits: Money, entries: Int64) {
        guard let totals = try AccountTotals.find(account, tx) else { return (.zero, .zero, 0) }
        let (first, last) = (day?.number ?? 0, day?.number ?? .max)
        let sums = try tx.first(
            """
            SELECT SUM(debits_fen), SUM(credits_fen), SUM(entries) FROM ledger_turnover
            WHERE account = ? AND booking_day BETWEEN ? AND ? AND event = ?
            """, .integer(totals.id), .integer(first), .integer(last), .text(event.rawValue)
        ) { (try $0.optionalInt64(0) ?? 0, try $0.optionalInt64(1) ?? 0, try $0.optionalInt64(2) ?? 0) }
        return (Money(fen: sums?.0 ?? 0), Money(fen: sums?.1 ?? 0), sums?.2 ?? 0)
    }

    /// A page of an account's lines in the books of `moment`.
    /// - Parameter number: the last entry of the page before; 0 for the first.
    package func statement(
        of account: LedgerAccount, at moment: LedgerMoment = .now, after number: Int64 = 0, limit: Int = maximumPage,
        _ tx: borrowing Transaction
    ) throws -> AccountStatement {
        guard let totals = try AccountTotals.find(account, tx) else {
            return AccountStatement(account: account, moment: moment, opening: .zero, lines: [], next: nil)
        }
        let last: Int64
        var day = Int64.max
        switch moment {
        case .now: last = .max
        case .recorded(let time): last = try Self.lastEntry(at: time, tx)
        case .booked(let until): (last, day) = (.max, until.number)
        }
        let sign: Int64 = account.kind.isDebitNormal ? 1 : -1
        let opening = sign * (try Self.opening(of: totals.id, through: min(number, last), day: day, tx))
        let limit = min(max(1, limit), Self.maximumPage)
        var balance = opening
        let lines = try tx.rows(
            """
            SELECT l.entry, l.amount_fen, e.booking_day, e.recorded_at, e.event, e.business_key, e.reason, e.actor, e.reverses
            FROM ledger_lines l JOIN ledger_entries e ON e.id = l.entry
            WHERE l.account = ? AND l.entry > ? AND l.entry <= ? AND e.booking_day <= ? ORDER BY l.entry LIMIT ?
            """, .integer(totals.id), .integer(number), .integer(last), .integer(day), .integer(Int64(limit) + 1)
        ) { row in
            let line = try Self.line(row, before: balance, sign)
            balance = line.balance.fen
            return line
        }
        let page = lines.prefix(limit)
        return AccountStatement(
            account: account, moment: moment, opening: Money(fen: opening), lines: Array(page),
            next: lines.count > limit ? page.last?.entry : nil)
    }

    private static func line(_ row: borrowing Row, before balance: Int64, _ sign: Int64) throws -> AccountStatement.Line {
        let number = try row.int64(0)
        guard let day = BusinessDay(number: try row.int64(2)), let event = LedgerEvent(rawValue: try row.text(4)) else {
            throw StorageError(kind: .corrupt, message: "entry \(number) has an event or a day that there is not")
        }
        let amount = Money(fen: try row.int64(1))
        return AccountStatement.Line(
            entry: number, day: day, recordedAt: UnixTime(nanoseconds: try row.int64(3)), event: event, key: try row.text(5),
            reason: try row.text(6), actor: try row.text(7), reverses: try row.optionalInt64(8), amount: amount,
            balance: try Money(fen: balance).adding(Money(fen: sign * amount.fen)))
    }

    /// Debits less credits of an account, of entries up to a number and days up to another.
    private static func opening(of account: Int64, through number: Int64, day: Int64, _ tx: borrowing Transaction) throws -> Int64 {
        guard day < .max else {
            let sums = try sums(of: account, through: number, tx)
            return sums.debits - sums.credits
        }
        return try tx.first(
            """
            SELECT SUM(l.amount_fen) FROM ledger_lines l JOIN ledger_entries e ON e.id = l.entry
            WHERE l.account = ? AND l.entry <= ? AND e.booking_day <= ?
            """, .integer(account), .integer(number), .integer(day)
        ) { try $0.optionalInt64(0) ?? 0 } ?? 0
    }

    /// The totals of an account after an entry: every line keeps those after it.
    private static func sums(
        of account: Int64, through number: Int64, _ tx: borrowing Transaction
    ) throws -> (debits: Int64, credits: Int64) {
        try tx.first(
            """
            SELECT debits_after_fen, credits_after_fen FROM ledger_lines WHERE account = ? AND entry <= ? ORDER BY entry DESC LIMIT 1
            """, .integer(account), .integer(number)
        ) { (try $0.int64(0), try $0.int64(1)) } ?? (0, 0)
    }

    /// Number of the last entry that was recorded at `time` or before; 0 for none. Both rise together, so halving finds it.
    static func lastEntry(at time: UnixTime, _ tx: borrowing Transaction) throws -> Int64 {
        var low: Int64 = 0
        var high = try tx.first("SELECT COALESCE(MAX(id), 0) FROM ledger_entries") { try $0.int64(0) } ?? 0
        while low < high {
            let middle = low + (high - low + 1) / 2
            let recordedAt = try tx.first("SELECT recorded_at FROM ledger_entries WHERE id = ?", .integer(middle)) { try $0.int64(0) }
            guard let recordedAt else { throw StorageError(kind: .corrupt, message: "entry \(middle) is missing") }
            if recordedAt <= time.nanoseconds { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

extension AccountBalance {
    /// Somebody has booked on it.
    fileprivate var isUsed: Bool { debits != .zero || credits != .zero }
}
