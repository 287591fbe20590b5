package import SampanDomain
internal import SampanStorage

/// That something was asked for, and what came of it. Written before it is told; never changed.
package struct AccessNote: Sendable, Hashable {
    /// What came of it. The word is `ALLOWED`, `RELEASED`, or the reason of a refusal.
    package enum Outcome: Sendable, Hashable {
        /// Reading begins.
        case allowed
        /// This much was given out.
        case released(persons: Int, rows: Int)
        case refused(ResearchRefusal)

        var word: String {
            switch self {
            case .allowed: "ALLOWED"
            case .released: "RELEASED"
            case .refused(let reason): reason.rawValue
            }
        }
    }

    /// 1 upwards, in order.
    package let place: Int64
    package let at: UnixTime
    package let requester: String
    package let staff: String
    package let project: String
    package let dataset: String
    /// Empty for none.
    package let agreement: String
    package let outcome: Outcome
}

/// The notes, for who looks after the catalogue.
package struct AccessNotes: Sendable {
    private let research: ResearchDatabase

    package init(_ research: ResearchDatabase) { self.research = research }

    /// Newest first, below `before` (the place of the last one of the page before).
    /// - Parameter refusedOnly: what was asked for outside of what is open.
    package func page(
        before: Int64 = .max, refusedOnly: Bool = false, limit: Int = 100
    ) async throws(ResearchError) -> [AccessNote] {
        try await research.database.read(ResearchError.self) { tx in
            try tx.rows(
                """
                SELECT id, at, requester, staff, project, dataset, agreement, outcome, persons, row_count FROM research_accesses
                    WHERE id < ? AND (? = 0 OR outcome NOT IN ('ALLOWED', 'RELEASED')) ORDER BY id DESC LIMIT ?
                """, .integer(before), .integer(refusedOnly ? 1 : 0), .integer(Int64(max(1, min(500, limit)))), map: Self.read)
        }
    }

    static func add(
        _ outcome: AccessNote.Outcome, of request: ExportRequest, at now: UnixTime, _ tx: borrowing Transaction
    ) throws {
        var (persons, rows): (Int64, Int64) = (0, 0)
        if case .released(let people, let count) = outcome { (persons, rows) = (Int64(people), Int64(count)) }
        try tx.execute(
            """
            INSERT INTO research_accesses (at, requester, staff, project, dataset, agreement, outcome, persons, row_count)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, .integer(now.nanoseconds), .text(request.project.requester.text), .text(request.staff.text), .text(request.project.name),
            .text(request.dataset.text), .text(request.agreement ?? ""), .text(outcome.word), .integer(persons), .integer(rows))
    }

    private static func read(_ row: borrowing Row) throws -> AccessNote {
        let outcome: AccessNote.Outcome
        switch try row.text(7) {
        case "ALLOWED": outcome = .allowed
        case "RELEASED": outcome = .released(persons: Int(clamping: try row.int64(8)), rows: Int(clamping: try row.int64(9)))
        case let word:
            guard let reason = ResearchRefusal(rawValue: word) else { throw ResearchError.damaged("a note of an access") }
            outcome = .refused(reason)
        }
        return AccessNote(
            place: try row.int64(0), at: UnixTime(nanoseconds: try row.int64(1)), requester: try row.text(2), staff: try row.text(3),
            project: try row.text(4), dataset: try row.text(5), agreement: try row.text(6), outcome: outcome)
    }
}
