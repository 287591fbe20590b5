package import SampanDomain
internal import SampanStorage

/// One entry of the history of links.
package struct IndexEvent: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case created, linked, updated, merged, unmerged, split, guardian, reviewed
    }

    package let id: Int64
    package let at: UnixTime
    package let kind: Kind
    package let person: EnterpriseID
    /// Whom a merge took in, or whose guardian it is about.
    package let other: EnterpriseID?
    package let hundredths: Int64
    package let weights: [FieldWeight]
    package let actor: String
    package let reason: String
    /// The event that undid it.
    package let undoneBy: Int64?

    static func list(_ person: Int64, before: Int64, limit: Int64, _ tx: borrowing Transaction) throws -> [IndexEvent] {
        let columns = "id, at, kind, person, other, hundredths, weights, actor, reason, undone_by"
        let sql = """
            SELECT \(columns) FROM events WHERE person = ? AND id < ?
            UNION SELECT \(columns) FROM events WHERE other = ? AND id < ? ORDER BY id DESC LIMIT ?
            """
        return try tx.rows(sql, .integer(person), .integer(before), .integer(person), .integer(before), .integer(limit)) { row in
            guard let kind = Kind(rawValue: try row.text(2)) else {
                throw StorageError(kind: .corrupt, message: "an event of an unknown kind")
            }
            return IndexEvent(
                id: try row.int64(0), at: UnixTime(nanoseconds: try row.int64(1)), kind: kind, person: try EnterpriseID(try row.int64(3)),
                other: try row.optionalInt64(4).map { try EnterpriseID($0) }, hundredths: try row.int64(5),
                weights: FieldWeight.read(try row.text(6)), actor: try row.text(7), reason: try row.text(8),
                undoneBy: try row.optionalInt64(9))
        }
    }
}
