internal import SampanDomain
internal import SampanMesh
internal import SampanStorage

/// SQL of the authority's tables: what one transaction asks of them.
enum AuthorityRow {
    static func head(_ tx: borrowing Transaction) throws -> UInt64 {
        try tx.first("SELECT COALESCE(MAX(number), 0) FROM entries") { UInt64(clamping: try $0.int64(0)) } ?? 0
    }

    /// Entries from a number on, in order, one at a time.
    static func forEach(from number: UInt64, _ tx: borrowing Transaction, _ body: (AuthorityJournalEntry) throws -> Void) throws {
        try tx.forEach(
            "SELECT number, previous_hash, record, hash FROM entries WHERE number >= ? ORDER BY number", .integer(Int64(clamping: number))
        ) { try body(entry($0)) }
    }

    static func entry(_ number: UInt64, _ tx: borrowing Transaction) throws -> AuthorityJournalEntry? {
        try tx.first(
            "SELECT number, previous_hash, record, hash FROM entries WHERE number = ?", .integer(Int64(clamping: number))
        ) { try entry($0) }
    }

    /// The entry that made an epoch.
    static func entry(ofEpoch number: UInt64, _ tx: borrowing Transaction) throws -> AuthorityJournalEntry? {
        try tx.first(
            """
            SELECT e.number, e.previous_hash, e.record, e.hash FROM epochs p JOIN entries e ON e.number = p.entry WHERE p.number = ?
            """, .integer(Int64(clamping: number))
        ) { try entry($0) }
    }

    static func append(_ entry: AuthorityJournalEntry, epoch: UInt64?, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "INSERT INTO entries (number, previous_hash, record, hash) VALUES (?, ?, ?, ?)", .integer(Int64(clamping: entry.number)),
            .blob(entry.previousHash), .blob(entry.record), .blob(entry.hash))
        if let epoch {
            try tx.execute(
                "INSERT INTO epochs (number, entry) VALUES (?, ?)", .integer(Int64(clamping: epoch)),
                .integer(Int64(clamping: entry.number)))
        }
    }

    /// The first outcome of a request, and the hash of its body.
    static func outcome(
        _ actor: String, _ id: String, _ tx: borrowing Transaction
    ) throws -> (bodyHash: [UInt8], answer: [UInt8])? {
        try tx.first("SELECT body_hash, outcome FROM requests WHERE actor = ? AND request_id = ?", .text(actor), .text(id)) {
            (try $0.blob(0), try $0.blob(1))
        }
    }

    static func keep(_ answer: [UInt8], _ actor: String, _ request: RequestKey, at now: UnixTime, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "INSERT INTO requests (actor, request_id, body_hash, outcome, made_at) VALUES (?, ?, ?, ?, ?)", .text(actor),
            .text(request.id), .blob(request.bodyHash), .blob(answer), .integer(now.nanoseconds))
    }

    /// Forgets outcomes that are older, some at a time, so that no write waits for a year of them.
    static func forget(before: UnixTime, atOnce: Int64, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            DELETE FROM requests WHERE rowid IN (SELECT rowid FROM requests WHERE made_at < ? ORDER BY made_at LIMIT ?)
            """, .integer(before.nanoseconds), .integer(atOnce))
    }

    private static func entry(_ row: borrowing Row) throws -> AuthorityJournalEntry {
        AuthorityJournalEntry(
            number: UInt64(clamping: try row.int64(0)), previousHash: try row.blob(1), record: try row.blob(2), hash: try row.blob(3))
    }
}
