package import SampanDomain
internal import SampanStorage

/// A person of the index with all records.
package struct PersonCard: Sendable, Hashable {
    package struct Record: Sendable, Hashable {
        package let institution: String
        package let localID: String
        package let registeredAt: UnixTime
        package let demographics: Demographics
    }

    /// The person who stands for the id that was asked for.
    package let person: EnterpriseID
    /// Ids that were merged into it.
    package let formerIDs: [EnterpriseID]
    package let records: [Record]
    package let guardians: [EnterpriseID]
    package let wards: [EnterpriseID]

    /// Records of one answer: nobody has been to more desks.
    static let recordsMax: Int64 = 500

    static func read(_ id: Int64, _ reader: IndexReader, _ tx: borrowing Transaction) throws -> PersonCard {
        let person = try reader.survivor(id, tx)
        let rows = try tx.rows(
            """
            SELECT r.id, i.code, r.sealed, r.registered_at FROM records r JOIN institutions i ON i.id = r.institution
            WHERE r.person = ? ORDER BY r.id LIMIT ?
            """, .integer(person), .integer(recordsMax)
        ) { (try $0.int64(0), try $0.text(1), try $0.blob(2), try $0.int64(3)) }
        let records = try rows.map { id, code, box, time in
            let opened = try reader.keys.openRecord(box, id)
            return Record(
                institution: code, localID: opened.localID, registeredAt: UnixTime(nanoseconds: time), demographics: opened.demographics)
        }
        return PersonCard(
            person: try EnterpriseID(person), formerIDs: try reader.former(person, tx), records: records,
            guardians: try reader.living("SELECT g.guardian FROM guardians g JOIN family f ON g.child = f.id", of: person, tx),
            wards: try reader.living("SELECT g.child FROM guardians g JOIN family f ON g.guardian = f.id", of: person, tx))
    }
}
