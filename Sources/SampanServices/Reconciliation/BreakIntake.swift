internal import SampanCrypto
package import SampanDomain
package import SampanReconciliation
package import SampanStorage

/// The recording of a run: what reconciliation found about a day.
package struct BreakIntake: Sendable {
    /// Breaks of one run. 10,000: more have one cause, such as a bill of another day, and would hold up the payments' writer for a second.
    package static let maximumBreaks = 10_000

    private let day: BusinessDay
    private let breaks: [Break]
    private let settlements: [ChannelSettlement]
    private let by: String

    /// Throws `DomainError` for too many, and for two settlements of one channel with one institution.
    package init(day: BusinessDay, breaks: [Break], settlements: [ChannelSettlement] = [], by: String) throws(DomainError) {
        guard Set(settlements.map(\.name)).count == settlements.count, settlements.count <= Self.maximumBreaks else {
            throw DomainError(field: "settlements", message: "an institution stands there twice with one channel, or there are too many")
        }
        self.settlements = settlements.sorted { $0.name < $1.name }
        guard breaks.count <= Self.maximumBreaks else {
            throw DomainError(
                field: "findings", message: "more than \(Self.maximumBreaks): they have one cause, such as a bill of another day")
        }
        self.day = day
        // The order in which they come says nothing.
        self.breaks = breaks.sorted()
        self.by = by
    }

    /// Records the run, or finds it recorded when it is the same as the last one of the day.
    package func run(now: UnixTime, _ tx: borrowing Transaction) throws -> (run: BreakRun, wasKnown: Bool) {
        let hash = try digest()
        if let last = try Self.last(day, tx), last.hash == hash { return (last.run, true) }
        let number = (try tx.first("SELECT COALESCE(MAX(id), 0) FROM reconciliation_runs") { try $0.int64(0) } ?? 0) + 1
        let who = "run \(number)"
        var present = Set<Int64>()
        var seen: [Break: Int] = [:]
        var new: Int64 = 0
        for found in breaks {
            let occurrence = seen[found, default: 0]
            seen[found] = occurrence + 1
            if let known = try BreakRows.number(of: found, occurrence, on: day, tx) {
                present.insert(known)
                try findAgain(known, who, now, tx)
            } else {
                let id = try BreakRows.insert(found, occurrence, on: day, run: number, tx)
                present.insert(id)
                new += 1
                try begin(found, id, after: 0, who, now, tx)
            }
        }
        let gone = try leave(present, who, now, tx)
        let run = BreakRun(
            number: number, day: day, recordedAt: now, recordedBy: by, breaks: Int64(breaks.count), newBreaks: new, goneBreaks: gone)
        try Self.insert(run, hash, tx)
        for settlement in settlements { try settlement.book(day, run: number, now: now, tx) }
        return (run, false)
    }

    // MARK: Steps

    /// Found for the first time, or again after it was gone: what the rule says is the next step.
    private func begin(
        _ found: Break, _ id: Int64, after last: Int, _ who: String, _ now: UnixTime, _ tx: borrowing Transaction
    ) throws {
        func step(_ number: Int, _ kind: BreakStepKind, _ by: String, _ note: String) -> BreakStep {
            BreakStep(number: number, kind: kind, by: by, at: now, note: note, toSuspense: false, refundNo: nil, entry: nil)
        }
        try BreakRows.append(step(last + 1, .found, who, found.type.cause), to: id, tx)
        switch found.rule {
        case .twoPersons: break
        case .note: try BreakRows.append(step(last + 2, .noted, "rule", "a matter of time alone"), to: id, tx)
        case .refund: try BreakRows.append(step(last + 2, .refundStarted, "rule", found.action.rawValue), to: id, tx)
        }
    }

    private func findAgain(_ id: Int64, _ who: String, _ now: UnixTime, _ tx: borrowing Transaction) throws {
        let record = try BreakRows.find(id, tx)
        guard record.state == .gone else { return }
        // A refund that was made once for it is not made by the rule again: a person looks.
        let wasRefunded = try BreakRows.steps(id, tx).contains { $0.kind == .refundStarted }
        if wasRefunded || record.found.rule == .twoPersons {
            let step = BreakStep(
                number: record.last.number + 1, kind: .found, by: who, at: now, note: "found again", toSuspense: false, refundNo: nil,
                entry: nil)
            try BreakRows.append(step, to: id, tx)
        } else {
            try begin(record.found, id, after: record.last.number, who, now, tx)
        }
    }

    /// Open breaks of the day that this run does not find are gone; how many. A refund that is under way is seen to its end.
    private func leave(
        _ present: Set<Int64>, _ who: String, _ now: UnixTime, _ tx: borrowing Transaction
    ) throws -> Int64 {
        var gone: Int64 = 0
        for record in try BreakRows.list(day, after: 0, limit: .max, onlyOpen: true, tx)
        where !present.contains(record.number) && record.state.allows(.gone) {
            let step = BreakStep(
                number: record.last.number + 1, kind: .gone, by: who, at: now, note: "not found any more", toSuspense: false,
                refundNo: nil, entry: nil)
            try BreakRows.append(step, to: record.number, tx)
            gone += 1
        }
        return gone
    }

    // MARK: Runs

    private func digest() throws -> [UInt8] {
        let lines = breaks.map { found in
            [
                found.type.rawValue, found.order, found.refund, found.institution, found.channel?.rawValue ?? "", "\(found.amount)",
                found.action.rawValue,
            ].joined(separator: "\u{1F}")
        }
        do {
            let sums = settlements.map {
                "\($0.name)\u{1F}\($0.net.fen)\u{1F}\($0.fees.fen)\u{1F}\($0.deposited.map { "\($0.fen)" } ?? "")"
            }
            return try SHA256.hash(Array(([day.text] + lines + sums).joined(separator: "\n").utf8))
        } catch {
            throw BreakRefusal.storage(StorageError(kind: .other, message: "no digest: \(error)"))
        }
    }

    private static func last(_ day: BusinessDay, _ tx: borrowing Transaction) throws -> (run: BreakRun, hash: [UInt8])? {
        try tx.first(
            """
            SELECT id, recorded_at, recorded_by, breaks, new_breaks, gone_breaks, hash FROM reconciliation_runs WHERE day = ?
            ORDER BY id DESC LIMIT 1
            """, .integer(day.number)
        ) { row in
            (
                BreakRun(
                    number: try row.int64(0), day: day, recordedAt: UnixTime(nanoseconds: try row.int64(1)), recordedBy: try row.text(2),
                    breaks: try row.int64(3), newBreaks: try row.int64(4), goneBreaks: try row.int64(5)), try row.blob(6)
            )
        }
    }

    private static func insert(_ run: BreakRun, _ hash: [UInt8], _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO reconciliation_runs (id, day, hash, recorded_at, recorded_by, breaks, new_breaks, gone_breaks)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, .integer(run.number), .integer(run.day.number), .blob(hash), .integer(run.recordedAt.nanoseconds), .text(run.recordedBy),
            .integer(run.breaks), .integer(run.newBreaks), .integer(run.goneBreaks))
    }
}
