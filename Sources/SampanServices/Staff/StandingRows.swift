internal import SampanDomain
internal import SampanMesh
internal import SampanStorage
internal import SampanAPI

/// Who may act, read from the registry's file without opening what is sealed.
enum StandingRows {
    /// Everybody whose entry has taken effect.
    static func all(at now: UnixTime, _ tx: borrowing Transaction) throws -> [StandingChange] {
        let codes = try tx.rows("SELECT DISTINCT code FROM institution_versions") { try $0.text(0) }
        var changes = try codes.compactMap { code in try institution(code, at: now, tx) }
        try tx.forEach(
            """
            SELECT v.institution, v.staff_id, v.status, v.effective_until, v.roles, v.home_institution, v.home_staff_id
                FROM staff_versions v WHERE v.version = (SELECT MAX(w.version) FROM staff_versions w
                    WHERE w.institution = v.institution AND w.staff_id = v.staff_id AND w.effective_from <= ?)
            """, .integer(now.nanoseconds)
        ) { row in
            if let change = try staff(row) { changes.append(change) }
        }
        return changes
    }

    /// Whose entries have taken effect after one moment, until another.
    static func due(after: UnixTime, through: UnixTime, _ tx: borrowing Transaction) throws -> [StandingSubject] {
        let institutions = try tx.rows(
            "SELECT DISTINCT code FROM institution_versions WHERE effective_from > ? AND effective_from <= ?", .integer(after.nanoseconds),
            .integer(through.nanoseconds)
        ) { StandingSubject.institution(try $0.text(0)) }
        let staff = try tx.rows(
            "SELECT DISTINCT institution, staff_id FROM staff_versions WHERE effective_from > ? AND effective_from <= ?",
            .integer(after.nanoseconds), .integer(through.nanoseconds)
        ) { row in try key(row.text(0), row.text(1)) }
        return institutions + staff.compactMap { $0.map(StandingSubject.staff) }
    }

    /// How they stand now; without a standing where nothing has taken effect yet.
    static func changes(of subjects: [StandingSubject], at now: UnixTime, _ tx: borrowing Transaction) throws -> [StandingChange] {
        try subjects.map { subject in
            switch subject {
            case .institution(let code): return try institution(code, at: now, tx) ?? StandingChange(subject, nil)
            case .staff(let key):
                let found = try tx.first(
                    """
                    SELECT institution, staff_id, status, effective_until, roles, home_institution, home_staff_id FROM staff_versions
                        WHERE institution = ? AND staff_id = ? AND effective_from <= ? ORDER BY version DESC LIMIT 1
                    """, .text(key.institution), .text(key.staffID.text), .integer(now.nanoseconds), map: staff)
                return found.flatMap { $0 } ?? StandingChange(subject, nil)
            }
        }
    }

    private static func institution(_ code: String, at now: UnixTime, _ tx: borrowing Transaction) throws -> StandingChange? {
        guard let entry = try InstitutionRows.inForce(code, asOf: now, tx) else { return nil }
        return StandingChange(
            .institution(code),
            Standing(
                isActive: entry.status == .active,
                until: entry.effectiveUntil?.nanosecondsSince1970.map(UnixTime.init(nanoseconds:))))
    }

    private static func staff(_ row: borrowing Row) throws -> StandingChange? {
        guard let key = try key(row.text(0), row.text(1)) else { return nil }
        let roles = try row.int64(4)
        let homeID = try row.text(6)
        return StandingChange(
            .staff(key),
            Standing(
                isActive: try row.int64(2) == 1, until: try row.optionalInt64(3).map(UnixTime.init(nanoseconds:)),
                roles: Set(StaffRole.allCases.filter { roles & $0.bit != 0 }),
                home: homeID.isEmpty ? nil : try Self.key(row.text(5), homeID)))
    }

    private static func key(_ institution: String, _ staffID: String) throws -> StaffKey? {
        (try? StaffID(staffID)).map { StaffKey(institution: institution, staffID: $0) }
    }
}
