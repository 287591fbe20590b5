internal import SampanAPI
internal import SampanDomain
internal import SampanStorage

/// What reconciliation says of a day, for whoever wants to close it (ST-04).
struct BreakStand {
    /// The last recorded run; nil without one.
    let run: Int64?
    private(set) var open: (count: Int64, fen: Int64) = (0, 0)
    private(set) var resolved: Int64 = 0

    static func read(_ day: BusinessDay, _ tx: borrowing Transaction) throws -> BreakStand {
        let run = try tx.first("SELECT MAX(id) FROM reconciliation_runs WHERE day = ?", .integer(day.number)) { try $0.optionalInt64(0) }
        var stand = BreakStand(run: run ?? nil)
        let sums = try tx.rows(
            """
            SELECT s.kind, COUNT(*), SUM(b.amount_fen) FROM reconciliation_breaks b JOIN reconciliation_steps s ON s.break = b.id
                AND s.number = (SELECT MAX(number) FROM reconciliation_steps WHERE break = b.id)
            WHERE b.day = ? GROUP BY s.kind
            """, .integer(day.number)
        ) { (try $0.text(0), try $0.int64(1), try $0.int64(2)) }
        for (word, count, fen) in sums {
            guard let kind = BreakStepKind(rawValue: word) else {
                throw StorageError(kind: .corrupt, message: "a step of a break is of no kind")
            }
            let state = BreakState(after: kind)
            if state.isOpen { stand.open = (stand.open.count + count, stand.open.fen + fen) }
            if state == .resolved { stand.resolved += count }
        }
        return stand
    }

    private init(run: Int64?) { self.run = run }

    /// Why the day cannot be closed without a mark; nil where it can.
    var obstacle: SettlementError? {
        guard run != nil else { return .notReconciled }
        return open.count > 0 ? .openBreaks(count: open.count, fen: open.fen) : nil
    }

    var message: SettlementV1.ReconciliationStand {
        SettlementV1.ReconciliationStand(
            run: UInt64(clamping: run ?? 0), openBreaks: UInt64(clamping: open.count), openFen: open.fen,
            resolvedBreaks: UInt64(clamping: resolved))
    }
}
