package import SampanDomain
package import SampanStorage

extension Ledger {
    /// Holds of one answer at the most.
    package static let maximumHolds = 1_000

    /// Sets an amount aside: it counts against what its accounts have available, not against their balances. The same key with the same
    /// content gives the hold as it stands by now.
    ///
    /// Throws `holdKeyReused`, `insufficient`, `overflow`.
    @discardableResult
    package func place(_ new: NewHold, now: UnixTime, _ tx: borrowing Transaction) throws -> LedgerHold {
        if let first = try HoldRow.find(new.key, tx) {
            guard first.content == new else { throw LedgerError.holdKeyReused(new.key) }
            return first
        }
        let lines = [LedgerLine.debit(new.debit, new.amount), try LedgerLine.credit(new.credit, new.amount)]
        let accounts = try AccountTotals.find(lines, tx)
        try Self.checkRoom(accounts[0], held: accounts[0].debitsHeld, goesOff: !new.debit.kind.isDebitNormal, new.amount)
        try Self.checkRoom(accounts[1], held: accounts[1].creditsHeld, goesOff: new.credit.kind.isDebitNormal, new.amount)
        let (last, hash) = try HoldRow.head(of: .holds, tx)
        let hold = LedgerHold(number: last + 1, content: new, placedAt: now, outcome: nil)
        try HoldRow.insert(
            hold, debit: accounts[0].id, credit: accounts[1].id, hash: try digest(hold.bytes(previous: hash)), tx)
        return hold
    }

    /// Books what was held, or a part of it; the rest is free again. The entry has the hold's key.
    ///
    /// The same again gives the entry of the first time. Throws `unknownHold`, `holdEnded`, `holdOverdue` from its time on, `exceedsHold`,
    /// `noAmount`, and as `post`.
    @discardableResult
    package func postHold(
        _ key: String, amount: Money? = nil, day: BusinessDay, actor: String, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> LedgerEntry {
        guard let hold = try HoldRow.find(key, tx) else { throw LedgerError.unknownHold(key) }
        let content = hold.content
        let amount = amount ?? content.amount
        guard amount > .zero else { throw LedgerError.noAmount }
        guard amount <= content.amount else { throw LedgerError.exceedsHold(held: content.amount) }
        let new = try NewEntry(
            key: key, event: content.event, day: day, lines: [.debit(content.debit, amount), try .credit(content.credit, amount)],
            reason: content.reason, actor: actor)
        if let outcome = hold.outcome {
            guard case .posted = outcome else { throw LedgerError.holdEnded(outcome) }
            return try post(new, now: now, tx)
        }
        if let expiresAt = content.expiresAt, hold.isOverdue(at: now) { throw LedgerError.holdOverdue(since: expiresAt) }
        let (known, head) = try EntryRow.find(key, tx)
        if let known { throw LedgerError.keyReused(key: key, entry: known) }
        // Before the entry: what was held must be free for it.
        try end(hold, .posted(entry: head.number + 1), actor: actor, now: now, tx)
        return try post(new, now: now, tx)
    }

    /// Gives a hold up; one that was voided before stays so. Throws `unknownHold`, `holdEnded`.
    package func voidHold(_ key: String, actor: String, now: UnixTime, _ tx: borrowing Transaction) throws {
        guard let hold = try HoldRow.find(key, tx) else { throw LedgerError.unknownHold(key) }
        if let outcome = hold.outcome {
            guard outcome == .voided else { throw LedgerError.holdEnded(outcome) }
            return
        }
        try end(hold, .voided, actor: actor, now: now, tx)
    }

    /// Frees what was held too long, and tells of which holds; ask on until it is empty.
    @discardableResult
    package func expireHolds(
        limit: Int = maximumHolds, actor: String, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> [LedgerHold] {
        let overdue = try overdueHolds(limit: limit, now: now, tx)
        for hold in overdue { try end(hold, .expired, actor: actor, now: now, tx) }
        return overdue
    }

    /// Pending holds whose time is over, the longest overdue first.
    package func overdueHolds(limit: Int = maximumHolds, now: UnixTime, _ tx: borrowing Transaction) throws -> [LedgerHold] {
        try HoldRow.overdue(now, limit: min(max(1, limit), Self.maximumHolds), tx)
    }

    /// Pending holds in the order of placing; ask on with the last number.
    package func pendingHolds(after number: Int64 = 0, limit: Int = maximumHolds, _ tx: borrowing Transaction) throws -> [LedgerHold] {
        try HoldRow.pending(after: number, limit: min(max(1, limit), Self.maximumHolds), tx)
    }

    /// nil when there is none.
    package func hold(_ key: String, _ tx: borrowing Transaction) throws -> LedgerHold? { try HoldRow.find(key, tx) }

    private func end(
        _ hold: LedgerHold, _ outcome: HoldOutcome, actor: String, now: UnixTime, _ tx: borrowing Transaction
    ) throws {
        try EntryText.check(key: hold.content.key, reason: "", actor: actor)
        let (last, hash) = try HoldRow.head(of: .ends, tx)
        let end = HoldEnd(number: last + 1, hold: hold.number, outcome: outcome, at: now, actor: actor)
        try HoldRow.insert(end, hash: try digest(end.bytes(previous: hash)), tx)
    }

    /// Throws unless what is held stays countable and, where it would go off a guarded account, is there.
    private static func checkRoom(_ account: AccountTotals, held: Int64, goesOff: Bool, _ amount: Money) throws(LedgerError) {
        guard !held.addingReportingOverflow(amount.fen).overflow else { throw .overflow }
        guard goesOff, account.account.isGuarded else { return }
        guard account.available >= amount.fen else {
            throw .insufficient(account.account, available: Money(fen: account.available), needed: amount)
        }
    }
}
