internal import SampanDomain
internal import SampanReconciliation
internal import SampanStorage

/// SQL of breaks and their steps: what one transaction asks of them.
enum BreakRows {
    private static let columns = """
        b.id, b.day, b.run, b.type, b.out_trade_no, b.out_refund_no, b.institution, b.channel, b.amount_fen, b.action,
        s.number, s.kind, s.by_whom, s.at, s.note, s.to_suspense, s.refund_no, s.entry
        """
    private static let withLastStep = """
        FROM reconciliation_breaks b JOIN reconciliation_steps s ON s.break = b.id
            AND s.number = (SELECT MAX(number) FROM reconciliation_steps WHERE break = b.id)
        """

    static func find(_ number: Int64, _ tx: borrowing Transaction) throws -> BreakRecord {
        let record = try tx.first("SELECT \(columns) \(withLastStep) WHERE b.id = ?", .integer(number), map: record)
        guard let record else { throw BreakRefusal.unknownBreak(number) }
        return record
    }

    /// All of a day; of all days for nil.
    static func list(
        _ day: BusinessDay?, after number: Int64, limit: Int, onlyOpen: Bool, _ tx: borrowing Transaction
    ) throws -> [BreakRecord] {
        try tx.rows(
            """
            SELECT \(columns) \(withLastStep) WHERE b.id > ? AND (? = 0 OR b.day = ?)
                AND (? = 0 OR s.kind NOT IN ('APPROVED', 'REFUNDED', 'NOTED', 'GONE')) ORDER BY b.id LIMIT ?
            """, .integer(number), .integer(day == nil ? 0 : 1), .integer(day?.number ?? 0), .integer(onlyOpen ? 1 : 0),
            .integer(Int64(limit)), map: record)
    }

    /// Those whose refund a rule has begun.
    static func refunding(after number: Int64, limit: Int, _ tx: borrowing Transaction) throws -> [BreakRecord] {
        try tx.rows(
            "SELECT \(columns) \(withLastStep) WHERE b.id > ? AND s.kind = 'REFUND_STARTED' ORDER BY b.id LIMIT ?", .integer(number),
            .integer(Int64(limit)), map: record)
    }

    static func steps(_ number: Int64, _ tx: borrowing Transaction) throws -> [BreakStep] {
        try tx.rows(
            """
            SELECT number, kind, by_whom, at, note, to_suspense, refund_no, entry FROM reconciliation_steps WHERE break = ? ORDER BY number
            """, .integer(number)
        ) { try step($0, from: 0) }
    }

    /// The number of a break of this name on a day; the n-th of those that are the same in all.
    static func number(
        of found: Break, _ occurrence: Int, on day: BusinessDay, _ tx: borrowing Transaction
    ) throws -> Int64? {
        try tx.first(
            """
            SELECT id FROM reconciliation_breaks WHERE day = ? AND type = ? AND out_trade_no = ? AND out_refund_no = ? AND institution = ?
                AND channel = ? AND amount_fen = ? AND action = ? AND occurrence = ?
            """, [.integer(day.number)] + values(found) + [.integer(Int64(occurrence))]
        ) { try $0.int64(0) }
    }

    static func insert(
        _ found: Break, _ occurrence: Int, on day: BusinessDay, run: Int64, _ tx: borrowing Transaction
    ) throws -> Int64 {
        let number = try tx.first(
            """
            INSERT INTO reconciliation_breaks (day, type, out_trade_no, out_refund_no, institution, channel, amount_fen, action, occurrence,
                run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
            """, [.integer(day.number)] + values(found) + [.integer(Int64(occurrence)), .integer(run)]
        ) { try $0.int64(0) }
        guard let number else { throw StorageError(kind: .misuse, message: "an insert gave no id") }
        return number
    }

    static func append(_ step: BreakStep, to number: Int64, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO reconciliation_steps (break, number, kind, by_whom, at, note, to_suspense, refund_no, entry)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, .integer(number), .integer(Int64(step.number)), .text(step.kind.rawValue), .text(step.by), .integer(step.at.nanoseconds),
            .text(step.note), .integer(step.toSuspense ? 1 : 0), SQLValue(step.refundNo), SQLValue(step.entry))
    }

    private static func values(_ found: Break) -> [SQLValue] {
        [
            .text(found.type.rawValue), .text(found.order), .text(found.refund), .text(found.institution),
            .text(found.channel?.rawValue ?? ""), .integer(found.amount), .text(found.action.rawValue),
        ]
    }

    private static func record(_ row: borrowing Row) throws -> BreakRecord {
        let number = try row.int64(0)
        guard let day = BusinessDay(number: try row.int64(1)), let type = BreakType(rawValue: try row.text(3)),
            let action = BreakAction(rawValue: try row.text(9))
        else { throw StorageError(kind: .corrupt, message: "break \(number) has a day, a type or an action that there is not") }
        return BreakRecord(
            number: number, day: day, run: try row.int64(2),
            found: Break(
                type, order: try row.text(4), refund: try row.text(5), institution: try row.text(6),
                channel: PaymentChannelKind(rawValue: try row.text(7)), amount: try row.int64(8), action: action),
            last: try step(row, from: 10))
    }

    private static func step(_ row: borrowing Row, from column: Int32) throws -> BreakStep {
        guard let kind = BreakStepKind(rawValue: try row.text(column + 1)) else {
            throw StorageError(kind: .corrupt, message: "a step of a break is of no kind")
        }
        return BreakStep(
            number: Int(try row.int64(column)), kind: kind, by: try row.text(column + 2),
            at: UnixTime(nanoseconds: try row.int64(column + 3)), note: try row.text(column + 4),
            toSuspense: try row.int64(column + 5) == 1, refundNo: try row.optionalText(column + 6),
            entry: try row.optionalInt64(column + 7))
    }
}
