internal import SampanDomain
internal import SampanStorage

/// SQL of entries and lines: what one transaction asks of them.
enum EntryRow {
    /// The end of the chain.
    struct Head {
        var number: Int64 = 0
        var recordedAt: Int64 = .min
        var hash = Chain.start
    }

    /// One text for each number of lines, so that each is prepared once.
    private static let lineInserts = (0...NewEntry.maximumLines).map { count in
        "INSERT INTO ledger_lines (account, entry, amount_fen, debits_after_fen, credits_after_fen) VALUES "
            + Array(repeating: "(?, ?, ?, ?, ?)", count: count).joined(separator: ", ")
    }
    private static let columns = "id, business_key, event, booking_day, recorded_at, reason, actor, reverses, hash"

    /// The entry of a key, if there is one, and the end of the chain: one statement, since every posting asks for both.
    static func find(_ key: String, _ tx: borrowing Transaction) throws -> (known: Int64?, head: Head) {
        var known: Int64?
        var head = Head()
        try tx.forEach(
            """
            SELECT 1, id, recorded_at, hash FROM ledger_entries WHERE business_key = ?
            UNION ALL SELECT 0, id, recorded_at, hash FROM (SELECT id, recorded_at, hash FROM ledger_entries ORDER BY id DESC LIMIT 1)
            """, [.text(key)]
        ) { row in
            if try row.int64(0) == 1 {
                known = try row.int64(1)
            } else {
                head = Head(number: try row.int64(1), recordedAt: try row.int64(2), hash: try row.blob(3))
            }
        }
        return (known, head)
    }

    /// Lines first: the insert of the entry seals them.
    static func insert(_ entry: LedgerEntry, _ totals: [AccountTotals], _ tx: borrowing Transaction) throws {
        let content = entry.content
        var values: [SQLValue] = []
        values.reserveCapacity(5 * totals.count)
        for (line, total) in zip(content.lines, totals) {
            values.append(.integer(total.id))
            values.append(.integer(entry.number))
            values.append(.integer(line.amount.fen))
            values.append(.integer(total.debits))
            values.append(.integer(total.credits))
        }
        try tx.execute(lineInserts[totals.count], values)
        try tx.execute(
            "INSERT INTO ledger_entries (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", .integer(entry.number), .text(content.key),
            .text(content.event.rawValue), .integer(content.day.number), .integer(entry.recordedAt.nanoseconds), .text(content.reason),
            .text(content.actor), SQLValue(content.reverses), .blob(entry.hash))
    }

    /// nil when there is none of that number.
    static func entry(_ number: Int64, _ tx: borrowing Transaction) throws -> LedgerEntry? {
        guard let row = try tx.first("SELECT \(columns) FROM ledger_entries WHERE id = ?", .integer(number), map: EntryColumns.init) else {
            return nil
        }
        let lines = try tx.rows(
            "SELECT a.code, l.amount_fen FROM ledger_lines l JOIN ledger_accounts a ON a.id = l.account WHERE l.entry = ?",
            .integer(number)
        ) { LedgerLine(try LedgerAccount.stored(try $0.text(0)), Money(fen: try $0.int64(1))) }
        return try row.entry(lines)
    }

    static func reversal(of number: Int64, _ tx: borrowing Transaction) throws -> Int64? {
        try tx.first("SELECT id FROM ledger_entries WHERE reverses = ?", .integer(number)) { try $0.int64(0) }
    }

    /// Hands every entry from `first` on, with its lines, to `body`.
    static func forEach(
        _ tx: borrowing Transaction, _ body: (EntryColumns, [(code: String, amount: Int64, debits: Int64, credits: Int64)]) throws -> Void
    ) throws {
        var current: EntryColumns?
        var lines: [(code: String, amount: Int64, debits: Int64, credits: Int64)] = []
        try tx.forEach(
            """
            SELECT e.id, e.business_key, e.event, e.booking_day, e.recorded_at, e.reason, e.actor, e.reverses, e.hash,
                a.code, l.amount_fen, l.debits_after_fen, l.credits_after_fen
            FROM ledger_entries e LEFT JOIN ledger_lines l ON l.entry = e.id LEFT JOIN ledger_accounts a ON a.id = l.account ORDER BY e.id
            """
        ) { row in
            if let entry = current, try row.int64(0) != entry.number {
                try body(entry, lines)
                lines.removeAll(keepingCapacity: true)
                current = nil
            }
            if current == nil { current = try EntryColumns(row) }
            guard let code = try row.optionalText(9) else { return }
            lines.append((code, try row.int64(10), try row.int64(11), try row.int64(12)))
        }
        if let current { try body(current, lines) }
    }
}

/// The columns of an entry as they are stored, whatever they say.
struct EntryColumns {
    let number: Int64
    let key: String
    let event: String
    let day: Int64
    let recordedAt: Int64
    let reason: String
    let actor: String
    let reverses: Int64?
    let hash: [UInt8]

    init(_ row: borrowing Row) throws {
        number = try row.int64(0)
        key = try row.text(1)
        event = try row.text(2)
        day = try row.int64(3)
        recordedAt = try row.int64(4)
        reason = try row.text(5)
        actor = try row.text(6)
        reverses = try row.optionalInt64(7)
        hash = try row.blob(8)
    }

    /// Throws for what could not have been booked.
    func entry(_ lines: [LedgerLine]) throws -> LedgerEntry {
        guard let event = LedgerEvent(rawValue: event), let day = BusinessDay(number: day) else {
            throw StorageError(kind: .corrupt, message: "entry \(number) has an event or a day that there is not")
        }
        return LedgerEntry(
            number: number,
            content: try NewEntry(key: key, event: event, day: day, lines: lines, reason: reason, actor: actor, reverses: reverses),
            recordedAt: UnixTime(nanoseconds: recordedAt), hash: hash)
    }
}
