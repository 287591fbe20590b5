internal import SampanDomain
internal import SampanStorage

/// SQL of holds and their ends.
enum HoldRow {
    private static let query = """
        SELECT h.id, h.business_key, h.event, d.code, c.code, h.amount_fen, h.expires_at, h.reason, h.actor, h.placed_at, h.hash,
            e.outcome, e.entry
        FROM ledger_holds h JOIN ledger_accounts d ON d.id = h.debit JOIN ledger_accounts c ON c.id = h.credit
            LEFT JOIN ledger_hold_ends e ON e.hold = h.id
        """

    static func find(_ key: String, _ tx: borrowing Transaction) throws -> LedgerHold? {
        try tx.first(query + " WHERE h.business_key = ?", .text(key), map: hold)
    }

    /// Pending ones whose time was over at `now`, the longest overdue first.
    static func overdue(_ now: UnixTime, limit: Int, _ tx: borrowing Transaction) throws -> [LedgerHold] {
        try tx.rows(
            "\(query) JOIN ledger_pending_holds p ON p.hold = h.id WHERE p.expires_at <= ? ORDER BY p.expires_at, h.id LIMIT ?",
            .integer(now.nanoseconds), .integer(Int64(limit)), map: hold)
    }

    /// Pending ones after a number.
    static func pending(after number: Int64, limit: Int, _ tx: borrowing Transaction) throws -> [LedgerHold] {
        try tx.rows(
            "\(query) JOIN ledger_pending_holds p ON p.hold = h.id WHERE p.hold > ? ORDER BY p.hold LIMIT ?", .integer(number),
            .integer(Int64(limit)), map: hold)
    }

    static func insert(
        _ hold: LedgerHold, debit: Int64, credit: Int64, hash: [UInt8], _ tx: borrowing Transaction
    ) throws {
        let content = hold.content
        try tx.execute(
            """
            INSERT INTO ledger_holds (id, business_key, event, debit, credit, amount_fen, placed_at, expires_at, reason, actor, hash)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .integer(hold.number), .text(content.key), .text(content.event.rawValue), .integer(debit), .integer(credit),
            .integer(content.amount.fen), .integer(hold.placedAt.nanoseconds), SQLValue(content.expiresAt?.nanoseconds),
            .text(content.reason), .text(content.actor), .blob(hash))
    }

    static func insert(_ end: HoldEnd, hash: [UInt8], _ tx: borrowing Transaction) throws {
        try tx.execute(
            "INSERT INTO ledger_hold_ends (id, hold, outcome, entry, ended_at, actor, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
            .integer(end.number), .integer(end.hold), .text(end.outcome.name), SQLValue(end.outcome.entry),
            .integer(end.at.nanoseconds), .text(end.actor), .blob(hash))
    }

    /// Number and hash of the last hold, or the last end.
    static func head(of table: Table, _ tx: borrowing Transaction) throws -> (number: Int64, hash: [UInt8]) {
        try tx.first(table.head) { (try $0.int64(0), try $0.blob(1)) } ?? (0, Chain.start)
    }

    enum Table {
        case holds, ends

        fileprivate var head: String {
            switch self {
            case .holds: "SELECT id, hash FROM ledger_holds ORDER BY id DESC LIMIT 1"
            case .ends: "SELECT id, hash FROM ledger_hold_ends ORDER BY id DESC LIMIT 1"
            }
        }
    }

    /// Hands every hold and its hash to `body`.
    static func forEach(_ tx: borrowing Transaction, _ body: (LedgerHold, [UInt8]) throws -> Void) throws {
        try tx.forEach(query + " ORDER BY h.id") { try body(try hold($0), try $0.blob(10)) }
    }

    /// Hands every end and its hash to `body`.
    static func forEachEnd(_ tx: borrowing Transaction, _ body: (HoldEnd, [UInt8]) throws -> Void) throws {
        try tx.forEach("SELECT id, hold, outcome, entry, ended_at, actor, hash FROM ledger_hold_ends ORDER BY id") { row in
            let number = try row.int64(0)
            guard let outcome = HoldOutcome(name: try row.text(2), entry: try row.optionalInt64(3)) else {
                throw StorageError(kind: .corrupt, message: "end \(number) of a hold has an outcome that there is not")
            }
            let end = HoldEnd(
                number: number, hold: try row.int64(1), outcome: outcome, at: UnixTime(nanoseconds: try row.int64(4)),
                actor: try row.text(5))
            try body(end, try row.blob(6))
        }
    }

    private static func hold(_ row: borrowing Row) throws -> LedgerHold {
        let number = try row.int64(0)
        guard let event = LedgerEvent(rawValue: try row.text(2)) else {
            throw StorageError(kind: .corrupt, message: "hold \(number) has an event that there is not")
        }
        let content = try NewHold(
            key: try row.text(1), event: event, debit: try LedgerAccount.stored(try row.text(3)),
            credit: try LedgerAccount.stored(try row.text(4)), amount: Money(fen: try row.int64(5)),
            expiresAt: try row.optionalInt64(6).map(UnixTime.init(nanoseconds:)), reason: try row.text(7), actor: try row.text(8))
        let outcome = try row.optionalText(11).flatMap { HoldOutcome(name: $0, entry: try row.optionalInt64(12)) }
        return LedgerHold(number: number, content: content, placedAt: UnixTime(nanoseconds: try row.int64(9)), outcome: outcome)
    }
}

/// The end of a hold, as it is written.
struct HoldEnd {
    let number: Int64
    let hold: Int64
    let outcome: HoldOutcome
    let at: UnixTime
    let actor: String

    func bytes(previous: [UInt8]) -> [UInt8] {
        var record = RecordBytes(kind: "sampan ledger hold end 1", previous: previous)
        for value in [number, hold, outcome.entry ?? 0, at.nanoseconds] { record.append(value) }
        record.append(outcome.name)
        record.append(actor)
        return record.bytes
    }
}

extension LedgerHold {
    func bytes(previous: [UInt8]) -> [UInt8] {
        var record = RecordBytes(kind: "sampan ledger hold 1", previous: previous)
        // A hold without an end in time is not one that ends at any number.
        let times = [content.expiresAt == nil ? 0 : 1, content.expiresAt?.nanoseconds ?? 0, placedAt.nanoseconds]
        for value in [number, content.amount.fen] + times { record.append(value) }
        for text in [content.key, content.event.rawValue, content.debit.code, content.credit.code, content.reason, content.actor] {
            record.append(text)
        }
        return record.bytes
    }
}
