internal import SampanDomain
internal import SampanStorage

/// The row of an account: what it is, and its running totals, in fen.
struct AccountTotals {
    let id: Int64
    let account: LedgerAccount
    var debits: Int64 = 0
    var credits: Int64 = 0
    var debitsHeld: Int64 = 0
    var creditsHeld: Int64 = 0

    /// On the account's own side: above zero is what it is for.
    var balance: Int64 { account.kind.isDebitNormal ? debits - credits : credits - debits }
    /// What may still go off: the balance less what holds may take.
    var available: Int64 { balance - (account.kind.isDebitNormal ? creditsHeld : debitsHeld) }

    /// The totals after a line. Throws `overflow`, and `insufficient` where a guarded account would come below zero.
    func after(_ amount: Int64) throws(LedgerError) -> AccountTotals {
        var next = self
        let (sum, overflow) = amount > 0 ? debits.addingReportingOverflow(amount) : credits.subtractingReportingOverflow(amount)
        guard !overflow else { throw .overflow }
        if amount > 0 { next.debits = sum } else { next.credits = sum }
        guard !account.isGuarded || next.available >= 0 || next.available > available else {
            throw .insufficient(account, available: Money(fen: available), needed: Money(fen: abs(amount)))
        }
        return next
    }
}

extension AccountTotals {
    private static let columns = "id, code, debits_fen, credits_fen, debits_held_fen, credits_held_fen"
    /// One text for each number of accounts, so that each is prepared once.
    private static let queries = (0...NewEntry.maximumLines).map { count in
        let places = Array(repeating: "?", count: count).joined(separator: ", ")
        return "SELECT \(columns) FROM ledger_accounts WHERE code IN (\(places))"
    }

    /// The accounts of these lines, in their order; those that nobody has booked on before are made.
    static func find(_ lines: [LedgerLine], _ tx: borrowing Transaction) throws -> [AccountTotals] {
        var found: [AccountTotals?] = Array(repeating: nil, count: lines.count)
        try tx.forEach(queries[lines.count], lines.map { .text($0.code) }) { row in
            let code = try row.text(1)
            guard let place = lines.firstIndex(where: { $0.code == code }) else { return }
            found[place] = try totals(row, of: lines[place].account)
        }
        var all: [AccountTotals] = []
        all.reserveCapacity(lines.count)
        for (line, known) in zip(lines, found) {
            if let known { all.append(known) } else { all.append(try make(line.account, code: line.code, tx)) }
        }
        return all
    }

    /// nil for one that nobody has booked on.
    static func find(_ account: LedgerAccount, _ tx: borrowing Transaction) throws -> AccountTotals? {
        try tx.first(queries[1], [.text(account.code)]) { try totals($0, of: account) }
    }

    /// All of them, by code.
    static func all(_ tx: borrowing Transaction) throws -> [AccountTotals] {
        try tx.rows("SELECT \(columns) FROM ledger_accounts ORDER BY code") { try totals($0, of: try LedgerAccount.stored(try $0.text(1))) }
    }

    private static func totals(_ row: borrowing Row, of account: LedgerAccount) throws -> AccountTotals {
        AccountTotals(
            id: try row.int64(0), account: account, debits: try row.int64(2), credits: try row.int64(3), debitsHeld: try row.int64(4),
            creditsHeld: try row.int64(5))
    }

    private static func make(_ account: LedgerAccount, code: String, _ tx: borrowing Transaction) throws -> AccountTotals {
        let id = try tx.first(
            "INSERT INTO ledger_accounts (code, kind, guarded) VALUES (?, ?, ?) RETURNING id", .text(code), .text(account.kind.rawValue),
            .integer(account.isGuarded ? 1 : 0)
        ) { try $0.int64(0) }
        guard let id else { throw StorageError(kind: .misuse, message: "an insert gave no id") }
        return AccountTotals(id: id, account: account)
    }
}

extension LedgerAccount {
    /// The account of a stored code. Throws `StorageError` for one that the chart does not have.
    static func stored(_ code: String) throws(StorageError) -> LedgerAccount {
        do throws(DomainError) {
            return try LedgerAccount(code: code)
        } catch {
            throw StorageError(kind: .corrupt, message: "\"\(code)\" is no account of the chart")
        }
    }
}
