internal import SampanDomain
internal import SampanStorage

/// What is read of documents: each function wants a `ReadPass`, which only `RecordReader` can make. Nothing else in this target reads the
/// tables of documents and gives out what is in them.
enum DocumentShelf {
    /// Rows of the index that are looked at in one statement.
    private static let stride = 256

    /// Up to `limit` covered documents after `cursor`, newest first, and whether there may be more.
    static func page(
        _ pass: ReadPass, after cursor: TimelineCursor?, limit: Int, _ transaction: borrowing Transaction
    ) throws -> (rows: [DocumentRow], hasMore: Bool) {
        guard let (from, until) = pass.times else { return ([], false) }
        var place =
            cursor
            ?? TimelineCursor(occurredAt: UnixTime(nanoseconds: .max), document: DocumentID(stored: [UInt8](repeating: 255, count: 17)))
        if until < place.occurredAt {
            place = TimelineCursor(occurredAt: until, document: DocumentID(stored: [UInt8](repeating: 255, count: 17)))
        }
        var found: [DocumentRow] = []
        while true {
            let heads = try heads(pass, before: place, from: from, transaction)
            for head in heads where pass.warrants.contains(where: { head.isCovered(by: $0) }) {
                if found.count == limit { return (found, true) }
                if let row = try row(pass, head.document, version: nil, transaction) { found.append(row) }
            }
            guard heads.count == stride, let last = heads.last else { return (found, false) }
            place = TimelineCursor(occurredAt: last.occurredAt, document: last.document)
        }
    }

    /// One version, the newest for nil, when the pass covers it.
    static func row(
        _ pass: ReadPass, _ document: DocumentID, version: Int64?, _ transaction: borrowing Transaction
    ) throws -> DocumentRow? {
        let number = version.map(SQLValue.integer) ?? .null
        let row = try transaction.first(
            """
            SELECT \(DocumentRow.columns) FROM \(DocumentRow.tables)
            WHERE d.name = ? AND d.patient = ? AND v.number = COALESCE(?, d.newest) AND c.is_whole = 1
            """, .blob(document.bytes), .blob(pass.name), number
        ) { row in try DocumentRow(row) }
        guard let row, pass.warrants.contains(where: { $0.covers(row) }) else { return nil }
        return row
    }

    /// Versions of a document below `before`, newest first, as far as the pass covers them.
    static func versions(
        _ pass: ReadPass, _ document: DocumentID, before: Int64, limit: Int, _ transaction: borrowing Transaction
    ) throws -> [DocumentRow] {
        let rows = try transaction.rows(
            """
            SELECT \(DocumentRow.columns) FROM \(DocumentRow.tables)
            WHERE d.name = ? AND d.patient = ? AND v.number < ? AND c.is_whole = 1 ORDER BY v.number DESC LIMIT ?
            """, .blob(document.bytes), .blob(pass.name), .integer(before), .integer(Int64(limit))
        ) { row in try DocumentRow(row) }
        return rows.filter { row in pass.warrants.contains { $0.covers(row) } }
    }

    /// One chunk of a covered version, still sealed.
    static func chunk(_ pass: ReadPass, _ row: DocumentRow, number: Int64, _ transaction: borrowing Transaction) throws -> [UInt8] {
        guard pass.warrants.contains(where: { $0.covers(row) }), row.patient == pass.name else { throw RecordsError.unknownDocument }
        let box = try transaction.first("SELECT box FROM record_chunks WHERE id = ?", .integer(row.content << 24 | number)) { row in
            try row.blob(0)
        }
        guard let box else { throw RecordsError.damaged("a document's content") }
        return box
    }

    /// What the index alone says: enough to tell what is covered.
    private struct Head {
        let document: DocumentID
        let occurredAt: UnixTime
        let kind: DocumentKind
        let owner: String
        let grade: Int

        func isCovered(by warrant: Warrant) -> Bool {
            (warrant.owner == nil || warrant.owner?.text == owner)
                && warrant.scope.holds(kind: kind, occurredAt: occurredAt, grade: grade)
        }
    }

    private static func heads(
        _ pass: ReadPass, before place: TimelineCursor, from: UnixTime, _ transaction: borrowing Transaction
    ) throws -> [Head] {
        try transaction.rows(
            """
            SELECT occurred_at, name, kind, owner, top_grade FROM record_documents
            WHERE patient = ? AND occurred_at >= ? AND (occurred_at, name) < (?, ?)
            ORDER BY occurred_at DESC, name DESC LIMIT ?
            """, .blob(pass.name), .integer(from.nanoseconds), .integer(place.occurredAt.nanoseconds), .blob(place.document.bytes),
            .integer(Int64(stride))
        ) { row in
            let name = try row.text(2)
            let kind = try RecordsError.stored("a document's kind") { () throws(DomainError) in try DocumentKind(name: name) }
            return Head(
                document: DocumentID(stored: try row.blob(1)), occurredAt: UnixTime(nanoseconds: try row.int64(0)), kind: kind,
                owner: try row.text(3), grade: Int(clamping: try row.int64(4)))
        }
    }
}
