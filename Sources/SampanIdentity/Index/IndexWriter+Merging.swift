internal import SampanDomain
internal import SampanStorage

extension IndexWriter {
    /// Moves all records of `other` to `person`. Which they were is kept, so that the merge can be undone exactly.
    @discardableResult
    func merge(
        _ other: Int64, into person: Int64, hundredths: Int64, weights: [FieldWeight], reason: String, _ tx: borrowing Transaction
    ) throws -> Int64 {
        guard other != person else { throw IndexError.samePerson }
        let moved = try tx.rows("SELECT id FROM records WHERE person = ?", .integer(other)) { try $0.int64(0) }
        let event = try event("merged", person, other: other, hundredths: hundredths, weights: weights, reason: reason, tx)
        for record in moved { try tx.execute("INSERT INTO moved_records (event, record) VALUES (?, ?)", .integer(event), .integer(record)) }
        try tx.execute("UPDATE records SET person = ? WHERE person = ?", .integer(person), .integer(other))
        guard
            try tx.execute("UPDATE persons SET merged_into = ? WHERE id = ? AND merged_into IS NULL", .integer(person), .integer(other))
                == 1
        else { throw IndexError.samePerson }
        try tx.execute("UPDATE totals SET value = value - 1 WHERE name = 'persons'")
        try turnReviews(of: moved, with: person, from: ["open", "proposed"], to: "void", tx)
        return event
    }

    /// Undoes a merge: the records that it moved go back, and the person they were lives again. Only as long as they are where it put
    /// them: what was
    /// merged on top is undone first.
    func unmerge(_ event: Int64, reason: String, _ tx: borrowing Transaction) throws -> (person: Int64, restored: Int64) {
        let row = try tx.first(
            "SELECT person, other, undone_by FROM events WHERE id = ? AND kind = 'merged'", .integer(event)
        ) { (try $0.int64(0), try $0.optionalInt64(1), try $0.optionalInt64(2)) }
        guard let (person, found, undone) = row, let other = found else { throw IndexError.unknownEvent }
        let into = try tx.first("SELECT merged_into FROM persons WHERE id = ?", .integer(other)) { try $0.optionalInt64(0) }
        guard undone == nil, into == .some(person) else { throw IndexError.notReversible }
        let moved = try tx.rows("SELECT record FROM moved_records WHERE event = ?", .integer(event)) { try $0.int64(0) }
        for record in moved {
            let changed = try tx.execute(
                "UPDATE records SET person = ? WHERE id = ? AND person = ?", .integer(other), .integer(record), .integer(person))
            guard changed == 1 else { throw IndexError.notReversible }
        }
        try tx.execute("UPDATE persons SET merged_into = NULL WHERE id = ?", .integer(other))
        try tx.execute("UPDATE totals SET value = value + 1 WHERE name = 'persons'")
        let undoing = try self.event("unmerged", person, other: other, reason: reason, tx)
        try tx.execute("UPDATE events SET undone_by = ? WHERE id = ?", .integer(undoing), .integer(event))
        try turnReviews(of: moved, with: person, from: ["void"], to: "open", tx)
        if let first = moved.min(),
            let rest = try tx.first(
                "SELECT id FROM records WHERE person = ? ORDER BY id LIMIT 1", .integer(person), map: { try $0.int64(0) })
        {
            try separate(first, rest, tx)
        }
        return (person, other)
    }

    /// Takes one record out of its person: a link that was wrong. The record gets a person of its own.
    func split(_ record: Int64, reason: String, _ tx: borrowing Transaction) throws -> (person: Int64, fresh: Int64) {
        guard let person = try tx.first("SELECT person FROM records WHERE id = ?", .integer(record), map: { try $0.int64(0) }) else {
            throw IndexError.unknownRecord
        }
        guard
            let rest = try tx.first(
                "SELECT id FROM records WHERE person = ? AND id <> ? ORDER BY id LIMIT 1", .integer(person), .integer(record),
                map: { try $0.int64(0) })
        else { throw IndexError.notReversible }
        let fresh = (try tx.first("SELECT MAX(id) FROM persons", map: { try $0.int64(0) }) ?? 0) + 1
        try tx.execute("INSERT INTO persons (id, created_at) VALUES (?, ?)", .integer(fresh), .integer(time))
        try tx.execute("UPDATE totals SET value = value + 1 WHERE name = 'persons'")
        try tx.execute("UPDATE records SET person = ? WHERE id = ?", .integer(fresh), .integer(record))
        try event("split", person, other: fresh, record: record, reason: reason, tx)
        try separate(record, rest, tx)
        return (person, fresh)
    }

    /// Notes that two records are of two persons: no weight joins them again.
    func separate(_ left: Int64, _ right: Int64, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "INSERT INTO separations (first_record, second_record) VALUES (?, ?) ON CONFLICT DO NOTHING", .integer(min(left, right)),
            .integer(max(left, right)))
    }

    /// Reviews between records that became one person's, or two persons' again.
    private func turnReviews(
        of records: [Int64], with person: Int64, from old: [String], to fresh: String, _ tx: borrowing Transaction
    ) throws {
        for record in records {
            for state in old {
                try tx.execute(
                    """
                    UPDATE reviews SET state = ?, proposal = NULL, proposed_by = NULL WHERE state = ? AND (
                        (first_record = ? AND second_record IN (SELECT id FROM records WHERE person = ?))
                        OR (second_record = ? AND first_record IN (SELECT id FROM records WHERE person = ?)))
                    """, .text(fresh), .text(state), .integer(record), .integer(person), .integer(record), .integer(person))
            }
        }
    }
}
