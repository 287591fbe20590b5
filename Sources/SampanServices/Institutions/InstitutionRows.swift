internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanProtobuf
internal import SampanStorage

/// Versions of institutions in the registry's file. In force at a moment is the newest version that had taken effect by then.
enum InstitutionRows {
    /// The newest version, whether it has taken effect or not; nil where there is none.
    static func newest(_ code: String, _ tx: borrowing Transaction) throws -> IdentityV1.Institution? {
        try tx.first(
            "SELECT document FROM institution_versions WHERE code = ? ORDER BY version DESC LIMIT 1", .text(code), map: entry)
    }

    /// What was in force at `asOf`, by what was recorded until `knownAt`; nil where nothing was.
    static func inForce(
        _ code: String, asOf: UnixTime, knownAt: UnixTime = UnixTime(nanoseconds: .max), _ tx: borrowing Transaction
    ) throws -> IdentityV1.Institution? {
        try tx.first(
            """
            SELECT document FROM institution_versions WHERE code = ? AND effective_from <= ? AND recorded_at <= ?
                ORDER BY version DESC LIMIT 1
            """, .text(code), .integer(asOf.nanoseconds), .integer(knownAt.nanoseconds), map: entry)
    }

    /// Versions behind the one in force that take effect later, in order.
    static func planned(_ code: String, after version: Int64, now: UnixTime, _ tx: borrowing Transaction) throws -> [IdentityV1.Institution]
    {
        try tx.rows(
            "SELECT document FROM institution_versions WHERE code = ? AND version > ? AND effective_from > ? ORDER BY version",
            .text(code), .integer(version), .integer(now.nanoseconds), map: entry)
    }

    /// One page by code.
    static func list(
        _ page: RegistryPage, region: String, kind: IdentityV1.InstitutionKind, status: IdentityV1.EntryStatus,
        _ tx: borrowing Transaction
    ) throws -> [IdentityV1.Institution] {
        let (asOf, known) = (SQLValue.integer(page.asOf.nanoseconds), SQLValue.integer(page.knownAt.nanoseconds))
        return try tx.rows(
            """
            SELECT v.document FROM institution_versions v WHERE v.code > ? AND v.version = (SELECT MAX(w.version)
                    FROM institution_versions w WHERE w.code = v.code AND w.effective_from <= ? AND w.recorded_at <= ?)
                AND substr(v.region, 1, length(?)) = ? AND (? = 0 OR v.kind = ?) AND (? = 0 OR v.status = ?) ORDER BY v.code LIMIT ?
            """, .text(page.after), asOf, known, .text(region), .text(region), .integer(Int64(kind.rawValue)),
            .integer(Int64(kind.rawValue)), .integer(Int64(status.rawValue)), .integer(Int64(status.rawValue)),
            .integer(Int64(page.size) + 1), map: entry)
    }

    /// One page of one entry's versions, the newest first. The page's key is a version.
    static func versions(
        _ code: String, before: Int64, limit: Int, _ tx: borrowing Transaction
    ) throws -> [IdentityV1.Institution] {
        try tx.rows(
            "SELECT document FROM institution_versions WHERE code = ? AND version < ? ORDER BY version DESC LIMIT ?", .text(code),
            .integer(before), .integer(Int64(limit)), map: entry)
    }

    /// Of those in force now, whose code is `code` or of whose names one begins with `name`; one page by code.
    static func lookup(
        code: String, name: String, _ page: RegistryPage, _ tx: borrowing Transaction
    ) throws -> [IdentityV1.Institution] {
        let inForce = """
            v.version = (SELECT MAX(w.version) FROM institution_versions w WHERE w.code = v.code AND w.effective_from <= ?)
            """
        if !code.isEmpty {
            return try tx.rows(
                "SELECT v.document FROM institution_versions v WHERE v.code = ? AND \(inForce)", .text(code),
                .integer(page.asOf.nanoseconds), map: entry)
        }
        return try tx.rows(
            """
            SELECT v.document FROM institution_versions v WHERE v.code > ? AND \(inForce) AND EXISTS (SELECT 1 FROM institution_names n
                WHERE n.code = v.code AND n.version = v.version AND substr(n.name, 1, length(?)) = ?) ORDER BY v.code LIMIT ?
            """, .text(page.after), .integer(page.asOf.nanoseconds), .text(name), .text(name), .integer(Int64(page.size) + 1), map: entry)
    }

    /// Adds a version behind all others. Returns it as it is kept.
    /// - Parameter by: SPIFFE name of who enters it.
    static func append(
        _ entry: IdentityV1.Institution, by caller: String, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> IdentityV1.Institution {
        let last =
            try tx.first(
                "SELECT MAX(version), MAX(recorded_at) FROM institution_versions WHERE code = ?", .text(entry.code)
            ) { (try $0.optionalInt64(0), try $0.optionalInt64(1)) } ?? (nil, nil)
        var kept = entry
        kept.version = (last.0 ?? 0) + 1
        let recorded = max(now, last.1.map(UnixTime.init(nanoseconds:)) ?? now)
        kept.recordedAt = recorded.message
        kept.recordedBy = caller
        let from = kept.effectiveFrom?.nanosecondsSince1970 ?? now.wholeSecond.nanoseconds
        kept.effectiveFrom = GoogleProtobuf.Timestamp(nanosecondsSince1970: from)
        guard let document = try? kept.serialized() else { throw RegistryError.unreadable }
        try tx.execute(
            """
            INSERT INTO institution_versions (code, version, effective_from, recorded_at, kind, region, status, document)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, .text(kept.code), .integer(kept.version), .integer(from), .integer(recorded.nanoseconds),
            .integer(Int64(kept.kind.rawValue)), .text(kept.region), .integer(Int64(kept.status.rawValue)), .blob(document))
        for name in [kept.name] + kept.aliases.map(\.name) {
            try tx.execute(
                "INSERT INTO institution_names (code, version, name) VALUES (?, ?, ?)", .text(kept.code), .integer(kept.version),
                .text(name))
        }
        return kept
    }

    private static func entry(_ row: borrowing Row) throws -> IdentityV1.Institution {
        guard let entry = try? IdentityV1.Institution(serialized: row.blob(0)) else { throw RegistryError.unreadable }
        return entry
    }
}
