internal import SampanDomain
internal import SampanStorage

/// Reads of the index's tables within one transaction.
struct IndexReader: Sendable {
    /// Records that one blocking key may bring.
    static let keyMax: Int64 = 64
    /// Records that are looked at for one registration.
    static let candidatesMax = 400

    let keys: any IndexKeys

    /// The person who stands for `person` now: itself, or whom it was merged into.
    func survivor(_ person: Int64, _ tx: borrowing Transaction) throws -> Int64 {
        var current = person
        // Every merge leads to another person; a longer way than there are merges cannot be.
        for _ in 0..<10_000 {
            let next: Int64?? = try tx.first("SELECT merged_into FROM persons WHERE id = ?", .integer(current)) { try $0.optionalInt64(0) }
            guard let next else { throw IndexError.unknownPerson }
            guard let into = next else { return current }
            current = into
        }
        throw IndexError.notReversible
    }

    func record(_ id: Int64, _ tx: borrowing Transaction) throws -> IndexedRecord {
        guard let box = try tx.first("SELECT sealed FROM records WHERE id = ?", .integer(id), map: { try $0.blob(0) }) else {
            throw IndexError.unknownRecord
        }
        return try keys.openRecord(box, id)
    }

    /// The record of an institution's local id, as it is compared.
    func features(_ institution: String, _ localID: String, _ tx: borrowing Transaction) throws -> PersonFeatures {
        let key = try keys.localKey(institution: institution, localID)
        guard
            let (id, box) = try tx.first(
                "SELECT id, sealed FROM records WHERE local_key = ?", .blob(key), map: { (try $0.int64(0), try $0.blob(1)) })
        else { throw IndexError.unknownRecord }
        return PersonFeatures(try keys.openRecord(box, id).demographics)
    }

    /// The persons who stand for those that a query over a person's family of merged ids finds.
    func living(_ sql: String, of person: Int64, _ tx: borrowing Transaction) throws -> [EnterpriseID] {
        let family = "WITH RECURSIVE family (id) AS (SELECT ? UNION SELECT p.id FROM persons p JOIN family f ON p.merged_into = f.id)"
        var found: Set<Int64> = []
        for id in try tx.rows("\(family) \(sql)", .integer(person), map: { try $0.int64(0) }) { found.insert(try survivor(id, tx)) }
        return try found.sorted().map { try EnterpriseID($0) }
    }

    /// Ids that were merged into a person, over any number of merges.
    func former(_ person: Int64, _ tx: borrowing Transaction) throws -> [EnterpriseID] {
        let family = "WITH RECURSIVE family (id) AS (SELECT ? UNION SELECT p.id FROM persons p JOIN family f ON p.merged_into = f.id)"
        let ids = try tx.rows("\(family) SELECT id FROM family ORDER BY id", .integer(person)) { try $0.int64(0) }
        return try ids.filter { $0 != person }.map { try EnterpriseID($0) }
    }

    /// Records that share a blocking key with `features`.
    func candidates(_ features: PersonFeatures, _ tx: borrowing Transaction) throws -> Set<Int64> {
        var found: Set<Int64> = []
        for key in BlockingKeys.keys(features) {
            let stored = try keys.stored(key)
            let records = try tx.rows(
                "SELECT record FROM record_keys WHERE stored = ? LIMIT ?", .integer(stored), .integer(Self.keyMax + 1)
            ) { try $0.int64(0) }
            if records.count <= Self.keyMax { found.formUnion(records) }
            if found.count > Self.candidatesMax { break }
        }
        return found
    }

    /// The persons of records, each with all its records.
    func profiles(
        of records: Set<Int64>, places: inout [Int64], _ tx: borrowing Transaction
    ) throws -> [(person: Int64, profile: ClusterProfile)] {
        var persons: Set<Int64> = []
        for record in records {
            if let person = try tx.first("SELECT person FROM records WHERE id = ?", .integer(record), map: { try $0.int64(0) }) {
                persons.insert(person)
            }
        }
        var result: [(person: Int64, profile: ClusterProfile)] = []
        for person in persons.sorted() {
            if let profile = try profile(of: person, places: &places, tx) { result.append((person, profile)) }
        }
        try markApart(&result, places, tx)
        return result
    }

    /// Notes in each profile which of the others' records people have decided to be of another person.
    private func markApart(
        _ profiles: inout [(person: Int64, profile: ClusterProfile)], _ places: [Int64], _ tx: borrowing Transaction
    ) throws {
        guard try tx.first("SELECT 1 FROM separations LIMIT 1", map: { try $0.int64(0) }) != nil else { return }
        let placeOf = Dictionary(
            places.enumerated().map { ($1, Int32(truncatingIfNeeded: $0)) }, uniquingKeysWith: { first, _ in first })
        for index in profiles.indices {
            var apart: Set<Int32> = []
            for member in profiles[index].profile.members {
                for other in try separated(from: places[Int(member)], tx) { if let place = placeOf[other] { apart.insert(place) } }
            }
            profiles[index].profile.apart = apart
        }
    }

    /// A person's records as a cluster; `places` gets their numbers. The newest are compared.
    func profile(of person: Int64, places: inout [Int64], _ tx: borrowing Transaction) throws -> ClusterProfile? {
        let rows = try tx.rows(
            "SELECT id, sealed FROM records WHERE person = ? ORDER BY id DESC LIMIT 48", .integer(person)
        ) { (try $0.int64(0), try $0.blob(1)) }
        var profile: ClusterProfile?
        for (id, box) in rows {
            let features = PersonFeatures(try keys.openRecord(box, id).demographics)
            let one = ClusterProfile(Int32(truncatingIfNeeded: places.count), features)
            places.append(id)
            if profile == nil { profile = one } else { profile?.join(one) }
        }
        return profile
    }

    /// Records that people have decided to be of another person than `record`.
    func separated(from record: Int64, _ tx: borrowing Transaction) throws -> Set<Int64> {
        let after = try tx.rows("SELECT second_record FROM separations WHERE first_record = ?", .integer(record)) { try $0.int64(0) }
        let before = try tx.rows("SELECT first_record FROM separations WHERE second_record = ?", .integer(record)) { try $0.int64(0) }
        return Set(after + before)
    }
}
