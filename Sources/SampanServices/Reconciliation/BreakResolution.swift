package import SampanDomain
internal import SampanLedger
internal import SampanReconciliation
package import SampanStorage

/// What persons do about breaks: one proposes, another decides. Each a function from a transaction to the break as it then is; repeated by
/// the same person with the same words it changes nothing.
package enum BreakResolution {
    /// - Parameter seen: the last step that the person has seen.
    package static func propose(
        _ number: Int64, after seen: Int, note: String, toSuspense: Bool, by person: String, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> BreakRecord {
        let record = try BreakRows.find(number, tx)
        if record.last.kind == .proposed, record.last.number == seen + 1, record.last.by == person, record.last.note == note,
            record.last.toSuspense == toSuspense
        {
            return record
        }
        guard record.last.number == seen else { throw BreakRefusal.moved(lastStep: record.last.number) }
        guard record.state.allows(.proposed) else { throw BreakRefusal.notNow(record.state) }
        if toSuspense, suspenseAmount(record.found) == nil { throw BreakRefusal.noSuspense }
        return try take(.proposed, record, by: person, note: note, toSuspense: toSuspense, now: now, tx)
    }

    /// - Parameter proposal: the step that is decided about.
    package static func decide(
        _ number: Int64, proposal: Int, approve: Bool, note: String, by person: String, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> BreakRecord {
        let record = try BreakRows.find(number, tx)
        let isOwn = try BreakRows.steps(number, tx).first { $0.number == proposal && $0.kind == .proposed }.map { $0.by == person }
        guard let isOwn else { throw BreakRefusal.moved(lastStep: record.last.number) }
        let kind: BreakStepKind = approve ? .approved : isOwn ? .withdrawn : .rejected
        if record.last.number == proposal + 1, record.last.kind == kind, record.last.by == person, record.last.note == note {
            return record
        }
        guard record.last.number == proposal else { throw BreakRefusal.moved(lastStep: record.last.number) }
        guard record.state.allows(kind) else { throw BreakRefusal.notNow(record.state) }
        if approve, isOwn { throw BreakRefusal.samePerson }
        let entry = approve && record.last.toSuspense ? try book(record, by: person, now: now, tx) : nil
        return try take(kind, record, by: person, note: note, entry: entry, now: now, tx)
    }

    /// The end of a refund that a rule had begun: the channel's number of it, or why a person has to look.
    package static func finishRefund(
        _ record: BreakRecord, _ result: Result<String, HandedOver>, now: UnixTime, _ tx: borrowing Transaction
    ) throws {
        let current = try BreakRows.find(record.number, tx)
        guard current.last == record.last else { return }
        switch result {
        case .success(let number): _ = try take(.refunded, current, by: "rule", note: "", refundNo: number, now: now, tx)
        case .failure(let reason): _ = try take(.handedOver, current, by: "rule", note: reason.reason, now: now, tx)
        }
    }

    /// Why a rule does not go on.
    package struct HandedOver: Error, Sendable, Hashable {
        package let reason: String

        package init(_ reason: String) { self.reason = reason }
    }

    private static func take(
        _ kind: BreakStepKind, _ record: BreakRecord, by: String, note: String, toSuspense: Bool = false, refundNo: String? = nil,
        entry: Int64? = nil, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> BreakRecord {
        let step = BreakStep(
            number: record.last.number + 1, kind: kind, by: by, at: now, note: note, toSuspense: toSuspense, refundNo: refundNo,
            entry: entry)
        try BreakRows.append(step, to: record.number, tx)
        return BreakRecord(number: record.number, day: record.day, run: record.run, found: record.found, last: step)
    }

    // MARK: 挂账

    /// What the channel's account is moved by: more where the channel has money that nobody knows, less where it lacks. Nil where it is not
    /// known which.
    private static func suspenseAmount(_ found: Break) -> Money? {
        guard found.channel != nil, found.amount > 0 else { return nil }
        switch found.type {
        case .long: return Money(fen: found.amount)
        case .short: return Money(fen: -found.amount)
        default: return nil
        }
    }

    private static func book(_ record: BreakRecord, by person: String, now: UnixTime, _ tx: borrowing Transaction) throws -> Int64 {
        guard let channel = record.found.channel, let amount = suspenseAmount(record.found) else { throw BreakRefusal.noSuspense }
        do {
            let entry = try NewEntry.unexplained(
                "break-\(record.number)", on: .channelClearing(channel), amount, day: BusinessDay(now),
                reason: "\(record.found.type.rawValue) of \(record.day), break \(record.number)", actor: Self.actor(person))
            return try DayBooking.post(entry, in: PaymentBooking.ledger, now: now, tx).number
        } catch let error as LedgerError {
            throw BreakRefusal.ledger("\(error)")
        }
    }

    /// Role, institution and person: the ledger's actors have 128 bytes, and the trust domain is the region's own.
    private static func actor(_ person: String) -> String {
        String(person.split(separator: "/", omittingEmptySubsequences: true).dropFirst(2).joined(separator: "/"))
    }
}
