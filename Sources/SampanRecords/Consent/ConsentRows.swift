internal import SampanDomain
internal import SampanStorage

/// Grants, emergency accesses and sign-ins as rows: what they say is sealed, and bound to table, number and patient. The columns beside
/// it are for finding; when one says another thing than what is sealed, the row is damaged.
struct ConsentRows: Sendable {
    enum Table: String { case consent_codes, consent_grants, emergency_accesses, sign_in_codes, resident_sessions }

    private let records: RecordsDatabase

    init(_ records: RecordsDatabase) { self.records = records }

    /// Those that were neither withdrawn nor found expired.
    func activeGrants(of patient: EnterpriseID, _ transaction: borrowing Transaction) throws -> [ConsentGrant] {
        let name = try records.names.patient(patient)
        let rows = try transaction.rows(
            "SELECT name, wrapped_by, sealed FROM consent_grants WHERE patient = ? AND state = 'active' ORDER BY id LIMIT ?", .blob(name),
            .integer(ConsentDesk.mostGrants)
        ) { row in (try row.blob(0), try row.int64(1), try row.blob(2)) }
        return try rows.map { id, key, box in
            let grant = try ConsentGrant(try open(box, key, .consent_grants, id, name, transaction))
            guard grant.state == .active, grant.id.bytes == id, grant.terms.patient == patient else {
                throw RecordsError.damaged("a grant")
            }
            return grant
        }
    }

    /// One grant of a patient.
    func grant(_ id: ConsentID, of patient: EnterpriseID, _ transaction: borrowing Transaction) throws -> ConsentGrant? {
        let name = try records.names.patient(patient)
        let found = try transaction.first(
            "SELECT wrapped_by, sealed, state FROM consent_grants WHERE name = ? AND patient = ?", .blob(id.bytes), .blob(name)
        ) { row in (try row.int64(0), try row.blob(1), try row.text(2)) }
        guard let (key, box, state) = found else { return nil }
        let grant = try ConsentGrant(try open(box, key, .consent_grants, id.bytes, name, transaction))
        guard grant.state.rawValue == state else { throw RecordsError.damaged("a grant") }
        return grant
    }

    /// All grants of a patient below `before` in the order in which they were given, newest first.
    func grants(of patient: EnterpriseID, before: Int64, limit: Int, _ transaction: borrowing Transaction) throws -> [(
        row: Int64, grant: ConsentGrant
    )] {
        let name = try records.names.patient(patient)
        let rows = try transaction.rows(
            "SELECT id, name, wrapped_by, sealed FROM consent_grants WHERE patient = ? AND id < ? ORDER BY id DESC LIMIT ?", .blob(name),
            .integer(before), .integer(Int64(limit))
        ) { row in (try row.int64(0), try row.blob(1), try row.int64(2), try row.blob(3)) }
        return try rows.map { row, id, key, box in (row, try ConsentGrant(try open(box, key, .consent_grants, id, name, transaction))) }
    }

    func insert(_ grant: ConsentGrant, _ transaction: borrowing Transaction, at now: UnixTime) throws {
        let name = try records.names.patient(grant.terms.patient)
        let (key, box) = try seal(grant.bytes, .consent_grants, grant.id.bytes, name, transaction, at: now)
        try transaction.execute(
            "INSERT INTO consent_grants (name, patient, state, until, wrapped_by, sealed) VALUES (?, ?, ?, ?, ?, ?)", .blob(grant.id.bytes),
            .blob(name), .text(grant.state.rawValue), .integer(grant.terms.until.nanoseconds), .integer(key), .blob(box))
    }

    func update(_ grant: ConsentGrant, _ transaction: borrowing Transaction, at now: UnixTime) throws {
        let name = try records.names.patient(grant.terms.patient)
        let (key, box) = try seal(grant.bytes, .consent_grants, grant.id.bytes, name, transaction, at: now)
        try transaction.execute(
            "UPDATE consent_grants SET state = ?, wrapped_by = ?, sealed = ? WHERE name = ?", .text(grant.state.rawValue), .integer(key),
            .blob(box), .blob(grant.id.bytes))
    }

    /// Those that were neither ended nor found over.
    func openEmergencies(of patient: EnterpriseID, _ transaction: borrowing Transaction) throws -> [EmergencyAccess] {
        let name = try records.names.patient(patient)
        let rows = try transaction.rows(
            "SELECT name, wrapped_by, sealed FROM emergency_accesses WHERE patient = ? AND state = 'open' ORDER BY id DESC LIMIT ?",
            .blob(name), .integer(ConsentDesk.mostGrants)
        ) { row in (try row.blob(0), try row.int64(1), try row.blob(2)) }
        return try rows.map { id, key, box in
            let access = try EmergencyAccess(try open(box, key, .emergency_accesses, id, name, transaction))
            guard access.state == .open, access.patient == patient, access.id.bytes == id else {
                throw RecordsError.damaged("an emergency access")
            }
            return access
        }
    }

    /// Those of an institution that wait for a review, below `before`, newest first.
    func reviews(of institution: InstitutionCode, before: Int64, limit: Int, _ transaction: borrowing Transaction) throws -> [(
        row: Int64, access: EmergencyAccess
    )] {
        let rows = try transaction.rows(
            """
            SELECT id, name, wrapped_by, sealed, patient FROM emergency_accesses WHERE institution = ? AND review = 'due' AND id < ?
            ORDER BY id DESC LIMIT ?
            """, .text(institution.text), .integer(before), .integer(Int64(limit))
        ) { row in (try row.int64(0), try row.blob(1), try row.int64(2), try row.blob(3), try row.blob(4)) }
        return try rows.map { row, id, key, box, patient in
            (row, try EmergencyAccess(try open(box, key, .emergency_accesses, id, patient, transaction)))
        }
    }

    func emergency(_ id: ConsentID, of institution: InstitutionCode, _ transaction: borrowing Transaction) throws -> EmergencyAccess? {
        let found = try transaction.first(
            "SELECT wrapped_by, sealed, patient, state, review FROM emergency_accesses WHERE name = ? AND institution = ?", .blob(id.bytes),
            .text(institution.text)
        ) { row in (try row.int64(0), try row.blob(1), try row.blob(2), try row.text(3), try row.text(4)) }
        guard let (key, box, patient, state, review) = found else { return nil }
        let access = try EmergencyAccess(try open(box, key, .emergency_accesses, id.bytes, patient, transaction))
        guard access.institution == institution, access.state.rawValue == state, access.review.rawValue == review else {
            throw RecordsError.damaged("an emergency access")
        }
        return access
    }

    func insert(_ access: EmergencyAccess, _ transaction: borrowing Transaction, at now: UnixTime) throws {
        let name = try records.names.patient(access.patient)
        let (key, box) = try seal(access.bytes, .emergency_accesses, access.id.bytes, name, transaction, at: now)
        try transaction.execute(
            """
            INSERT INTO emergency_accesses (name, patient, institution, state, review, until, wrapped_by, sealed)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, .blob(access.id.bytes), .blob(name), .text(access.institution.text), .text(access.state.rawValue),
            .text(access.review.rawValue),
            .integer(access.until.nanoseconds), .integer(key), .blob(box))
    }

    func update(_ access: EmergencyAccess, _ transaction: borrowing Transaction, at now: UnixTime) throws {
        let name = try records.names.patient(access.patient)
        let (key, box) = try seal(access.bytes, .emergency_accesses, access.id.bytes, name, transaction, at: now)
        try transaction.execute(
            "UPDATE emergency_accesses SET state = ?, review = ?, wrapped_by = ?, sealed = ? WHERE name = ?", .text(access.state.rawValue),
            .text(access.review.rawValue), .integer(key), .blob(box), .blob(access.id.bytes))
    }

    func seal(
        _ bytes: [UInt8], _ table: Table, _ id: [UInt8], _ patient: [UInt8], _ transaction: borrowing Transaction, at now: UnixTime
    ) throws -> (key: Int64, box: [UInt8]) {
        try records.keys.seal(bytes, transaction, .node, .consents, context: Self.context(table, id, patient), at: now)
    }

    func open(
        _ box: [UInt8], _ key: Int64, _ table: Table, _ id: [UInt8], _ patient: [UInt8], _ transaction: borrowing Transaction
    ) throws -> [UInt8] {
        try records.keys.open(
            box, transaction, key: key, .node, .consents, context: Self.context(table, id, patient), part: "a row of \(table.rawValue)")
    }

    private static func context(_ table: Table, _ id: [UInt8], _ patient: [UInt8]) -> [UInt8] {
        var fields = FieldWriter("sampan consent row 1")
        fields.add(table.rawValue)
        fields.add(id)
        fields.add(patient)
        return fields.bytes
    }
}
