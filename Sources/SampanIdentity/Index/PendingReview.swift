package import SampanDomain
internal import SampanStorage

/// What a reviewer says of a pair.
package enum ReviewDecision: String, Sendable, CaseIterable {
    /// One person.
    case link
    /// Two persons.
    case apart
}

/// Where a review stands after a word on it.
package enum ReviewStand: String, Sendable, CaseIterable {
    /// The first word is said; a second person must agree.
    case proposed
    /// Both said that it is one person: they were merged.
    case linked
    /// Both said that they are two: nothing joins the records any more.
    case apart
    /// The second disagreed: it is open again.
    case open
}

/// A pair that waits for people.
package struct PendingReview: Sendable, Hashable {
    package struct Side: Sendable, Hashable {
        package let person: EnterpriseID
        package let institution: String
        package let localID: String
        package let demographics: Demographics
    }

    package let id: Int64
    package let first: Side
    package let second: Side
    package let hundredths: Int64
    package let reason: String
    package let weights: [FieldWeight]
    package let openedAt: UnixTime
    /// What the first reviewer said; nil while nobody has.
    package let proposal: ReviewDecision?
    package let proposedBy: String?

    static func list(after: Int64, limit: Int64, _ reader: IndexReader, _ tx: borrowing Transaction) throws -> [PendingReview] {
        struct Line {
            let id: Int64
            let first: Int64
            let second: Int64
            let hundredths: Int64
            let reason: String
            let weights: String
            let openedAt: Int64
            let proposal: String?
            let proposedBy: String?
        }
        let lines = try tx.rows(
            """
            SELECT id, first_record, second_record, hundredths, reason, weights, opened_at, proposal, proposed_by FROM reviews
            WHERE state IN ('open', 'proposed') AND id > ? ORDER BY id LIMIT ?
            """, .integer(after), .integer(limit)
        ) { row in
            Line(
                id: try row.int64(0), first: try row.int64(1), second: try row.int64(2), hundredths: try row.int64(3),
                reason: try row.text(4),
                weights: try row.text(5), openedAt: try row.int64(6), proposal: try row.optionalText(7), proposedBy: try row.optionalText(8)
            )
        }
        return try lines.map { line in
            PendingReview(
                id: line.id, first: try side(line.first, reader, tx), second: try side(line.second, reader, tx),
                hundredths: line.hundredths,
                reason: line.reason, weights: FieldWeight.read(line.weights), openedAt: UnixTime(nanoseconds: line.openedAt),
                proposal: line.proposal.flatMap(ReviewDecision.init), proposedBy: line.proposedBy)
        }
    }

    private static func side(_ record: Int64, _ reader: IndexReader, _ tx: borrowing Transaction) throws -> Side {
        let row = try tx.first(
            "SELECT r.person, i.code, r.sealed FROM records r JOIN institutions i ON i.id = r.institution WHERE r.id = ?", .integer(record)
        ) { (try $0.int64(0), try $0.text(1), try $0.blob(2)) }
        guard let (person, code, box) = row else { throw IndexError.unknownRecord }
        let opened = try reader.keys.openRecord(box, record)
        return Side(
            person: try EnterpriseID(try reader.survivor(person, tx)), institution: code, localID: opened.localID,
            demographics: opened.demographics)
    }
}

extension IndexWriter {
    func decide(
        _ review: Int64, _ decision: ReviewDecision, _ reviewer: String, _ reader: IndexReader, _ tx: borrowing Transaction
    ) throws -> ReviewStand {
        let row = try tx.first(
            "SELECT first_record, second_record, state, proposal, proposed_by FROM reviews WHERE id = ?", .integer(review)
        ) { (try $0.int64(0), try $0.int64(1), try $0.text(2), try $0.optionalText(3), try $0.optionalText(4)) }
        guard let (first, second, state, proposal, proposer) = row else { throw IndexError.unknownReview }
        guard state == "open" || state == "proposed" else { throw IndexError.reviewClosed }
        guard state == "proposed", let proposal, let proposer else {
            try tx.execute(
                "UPDATE reviews SET state = 'proposed', proposal = ?, proposed_by = ? WHERE id = ?", .text(decision.rawValue),
                .text(reviewer),
                .integer(review))
            return .proposed
        }
        guard proposer != reviewer else { throw IndexError.sameReviewer }
        let (one, two) = (try person(of: first, tx), try person(of: second, tx))
        guard proposal == decision.rawValue else {
            try tx.execute("UPDATE reviews SET state = 'open', proposal = NULL, proposed_by = NULL WHERE id = ?", .integer(review))
            try event("reviewed", one, other: two == one ? nil : two, reason: "DISAGREED", tx)
            return .open
        }
        try tx.execute(
            "UPDATE reviews SET state = ?, decided_by = ?, decided_at = ? WHERE id = ?", .text(decision == .link ? "linked" : "apart"),
            .text(reviewer), .integer(time), .integer(review))
        try event("reviewed", one, other: two == one ? nil : two, reason: decision == .link ? "ONE_PERSON" : "TWO_PERSONS", tx)
        switch decision {
        case .link:
            if one != two { try merge(max(one, two), into: min(one, two), hundredths: 0, weights: [], reason: "REVIEWED", tx) }
            return .linked
        case .apart:
            try separate(first, second, tx)
            return .apart
        }
    }

    private func person(of record: Int64, _ tx: borrowing Transaction) throws -> Int64 {
        guard let person = try tx.first("SELECT person FROM records WHERE id = ?", .integer(record), map: { try $0.int64(0) }) else {
            throw IndexError.unknownRecord
        }
        return try reader.survivor(person, tx)
    }
}
