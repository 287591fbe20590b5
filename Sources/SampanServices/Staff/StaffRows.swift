internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanProtobuf
internal import SampanStorage

/// Versions of members of staff in the registry's file, sealed. In force at a moment is the newest version that had taken effect by then.
struct StaffRows: Sendable {
    let sealer: RegistrySealer

    private static let columns = "institution, staff_id, version, sealed"

    func newest(_ reference: IdentityV1.StaffReference, _ tx: borrowing Transaction) throws -> IdentityV1.StaffMember? {
        try tx.first(
            "SELECT \(Self.columns) FROM staff_versions WHERE institution = ? AND staff_id = ? ORDER BY version DESC LIMIT 1",
            .text(reference.institutionCode), .text(reference.staffID), map: entry)
    }

    func inForce(
        _ reference: IdentityV1.StaffReference, asOf: UnixTime, knownAt: UnixTime = UnixTime(nanoseconds: .max),
        _ tx: borrowing Transaction
    ) throws -> IdentityV1.StaffMember? {
        try tx.first(
            """
            SELECT \(Self.columns) FROM staff_versions WHERE institution = ? AND staff_id = ? AND effective_from <= ? AND recorded_at <= ?
                ORDER BY version DESC LIMIT 1
            """, .text(reference.institutionCode), .text(reference.staffID), .integer(asOf.nanoseconds), .integer(knownAt.nanoseconds),
            map: entry)
    }

    func planned(
        _ reference: IdentityV1.StaffReference, after version: Int64, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> [IdentityV1.StaffMember] {
        try tx.rows(
            """
            SELECT \(Self.columns) FROM staff_versions WHERE institution = ? AND staff_id = ? AND version > ? AND effective_from > ?
                ORDER BY version
            """, .text(reference.institutionCode), .text(reference.staffID), .integer(version), .integer(now.nanoseconds), map: entry)
    }

    /// Whether newest versions of others name this entry as their home.
    func isHome(_ reference: IdentityV1.StaffReference, _ tx: borrowing Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT 1 FROM staff_versions v WHERE v.home_institution = ? AND v.home_staff_id = ? AND v.version = (SELECT MAX(w.version)
                FROM staff_versions w WHERE w.institution = v.institution AND w.staff_id = v.staff_id)
            """, .text(reference.institutionCode), .text(reference.staffID)
        ) { try $0.int64(0) } != nil
    }

    /// Whether the region has suspended or closed an entry with this licence, wherever it is, under whatever id.
    func isBarred(licence: String, _ tx: borrowing Transaction) throws -> Bool {
        guard !licence.isEmpty else { return false }
        return try tx.first(
            """
            SELECT 1 FROM staff_versions v WHERE v.licence_digest = ? AND v.status <> 1 AND v.by_region = 1 AND v.version =
                (SELECT MAX(w.version) FROM staff_versions w WHERE w.institution = v.institution AND w.staff_id = v.staff_id)
            """, .blob(try sealer.digest(licence, kind: "licence"))
        ) { try $0.int64(0) } != nil
    }

    func list(
        _ institution: String, _ page: RegistryPage, role: StaffRole?, status: IdentityV1.EntryStatus, _ tx: borrowing Transaction
    ) throws -> [IdentityV1.StaffMember] {
        let bit = SQLValue.integer(role?.bit ?? 0)
        return try tx.rows(
            """
            SELECT v.institution, v.staff_id, v.version, v.sealed FROM staff_versions v WHERE v.institution = ? AND v.staff_id > ?
                AND v.version = (SELECT MAX(w.version) FROM staff_versions w WHERE w.institution = v.institution
                    AND w.staff_id = v.staff_id AND w.effective_from <= ? AND w.recorded_at <= ?)
                AND (? = 0 OR v.roles & ? <> 0) AND (? = 0 OR v.status = ?) ORDER BY v.staff_id LIMIT ?
            """, .text(institution), .text(page.after), .integer(page.asOf.nanoseconds), .integer(page.knownAt.nanoseconds), bit, bit,
            .integer(Int64(status.rawValue)), .integer(Int64(status.rawValue)), .integer(Int64(page.size) + 1), map: entry)
    }

    func versions(
        _ reference: IdentityV1.StaffReference, before: Int64, limit: Int, _ tx: borrowing Transaction
    ) throws -> [IdentityV1.StaffMember] {
        try tx.rows(
            """
            SELECT \(Self.columns) FROM staff_versions WHERE institution = ? AND staff_id = ? AND version < ?
                ORDER BY version DESC LIMIT ?
            """, .text(reference.institutionCode), .text(reference.staffID), .integer(before), .integer(Int64(limit)), map: entry)
    }

    /// Those in force now of an institution with that whole name, or that licence number. At most `limit`.
    func lookup(
        _ institution: String, name: String, licence: String, now: UnixTime, limit: Int, _ tx: borrowing Transaction
    ) throws -> [IdentityV1.StaffMember] {
        let (column, digest) =
            name.isEmpty
            ? ("licence_digest", try sealer.digest(licence, kind: "licence")) : ("name_digest", try sealer.digest(name, kind: "name"))
        return try tx.rows(
            """
            SELECT v.institution, v.staff_id, v.version, v.sealed FROM staff_versions v WHERE v.institution = ? AND v.\(column) = ?
                AND v.status = 1 AND (v.effective_until IS NULL OR v.effective_until > ?)
                AND v.version = (SELECT MAX(w.version) FROM staff_versions w WHERE w.institution = v.institution
                    AND w.staff_id = v.staff_id AND w.effective_from <= ?) ORDER BY v.staff_id LIMIT ?
            """, .text(institution), .blob(digest), .integer(now.nanoseconds), .integer(now.nanoseconds), .integer(Int64(limit)), map: entry
        )
    }

    func append(
        _ entry: IdentityV1.StaffMember, by caller: String, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> IdentityV1.StaffMember {
        guard let reference = entry.reference else { throw RegistryError.unreadable }
        let last =
            try tx.first(
                "SELECT MAX(version), MAX(recorded_at) FROM staff_versions WHERE institution = ? AND staff_id = ?",
                .text(reference.institutionCode), .text(reference.staffID)
            ) { (try $0.optionalInt64(0), try $0.optionalInt64(1)) } ?? (nil, nil)
        var kept = entry
        kept.version = (last.0 ?? 0) + 1
        let recorded = max(now, last.1.map(UnixTime.init(nanoseconds:)) ?? now)
        kept.recordedAt = recorded.message
        kept.recordedBy = caller
        let from = kept.effectiveFrom?.nanosecondsSince1970 ?? now.wholeSecond.nanoseconds
        kept.effectiveFrom = GoogleProtobuf.Timestamp(nanosecondsSince1970: from)
        guard let document = try? kept.serialized() else { throw RegistryError.unreadable }
        let sealed = try sealer.seal(document, at: Self.place(reference.institutionCode, reference.staffID, kept.version))
        let number = kept.licence?.number ?? ""
        try tx.execute(
            """
            INSERT INTO staff_versions (institution, staff_id, version, effective_from, effective_until, recorded_at, roles, status,
                by_region, home_institution, home_staff_id, name_digest, licence_digest, sealed)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, .text(reference.institutionCode), .text(reference.staffID), .integer(kept.version), .integer(from),
            SQLValue(kept.effectiveUntil?.nanosecondsSince1970), .integer(recorded.nanoseconds),
            .integer(kept.roles.reduce(0) { $0 | ($1.domain?.bit ?? 0) }), .integer(Int64(kept.status.rawValue)),
            .integer(kept.statusSetByRegion ? 1 : 0), .text(kept.home?.institutionCode ?? ""), .text(kept.home?.staffID ?? ""),
            .blob(try sealer.digest(kept.name, kind: "name")),
            .blob(number.isEmpty ? [] : try sealer.digest(number, kind: "licence")),
            .blob(sealed))
        return kept
    }

    private static func place(_ institution: String, _ staffID: String, _ version: Int64) -> String {
        "staff|\(institution)|\(staffID)|\(version)"
    }

    private func entry(_ row: borrowing Row) throws -> IdentityV1.StaffMember {
        let place = Self.place(try row.text(0), try row.text(1), try row.int64(2))
        guard let entry = try? IdentityV1.StaffMember(serialized: sealer.open(row.blob(3), at: place)) else {
            throw RegistryError.unreadable
        }
        return entry
    }
}
