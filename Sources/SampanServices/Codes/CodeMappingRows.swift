internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanStorage

/// What institutions' own codes mean, and which of them were seen and mean nothing.
enum CodeMappingRows {
    static func find(
        _ local: String, _ institution: String, _ system: String, _ tx: borrowing Transaction
    ) throws -> IdentityV1.CodeMapping? {
        try tx.first(
            """
            SELECT local_code, local_name, code, mapped_at FROM code_mappings WHERE institution = ? AND system = ? AND local_code = ?
            """, .text(institution), .text(system), .text(local), map: mapping)
    }

    static func list(
        _ institution: String, _ system: String, after: String, limit: Int, _ tx: borrowing Transaction
    ) throws -> [IdentityV1.CodeMapping] {
        try tx.rows(
            """
            SELECT local_code, local_name, code, mapped_at FROM code_mappings WHERE institution = ? AND system = ? AND local_code > ?
                ORDER BY local_code LIMIT ?
            """, .text(institution), .text(system), .text(after), .integer(Int64(limit)), map: mapping)
    }

    /// Sets what a local code means; an empty `code` says again that it means nothing.
    static func put(
        _ new: IdentityV1.CodeMapping, _ institution: String, _ system: String, by caller: String, now: UnixTime,
        _ tx: borrowing Transaction
    ) throws -> RegistryImport.Effect {
        let before = try find(new.localCode, institution, system, tx)
        if let before, before.code == new.code, before.localName == new.localName { return .unchanged }
        if new.code.isEmpty {
            guard before != nil else { return .unchanged }
            try tx.execute(
                "DELETE FROM code_mappings WHERE institution = ? AND system = ? AND local_code = ?", .text(institution), .text(system),
                .text(new.localCode))
            return .changed
        }
        try tx.execute(
            """
            INSERT INTO code_mappings (institution, system, local_code, local_name, code, mapped_at, mapped_by)
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (institution, system, local_code) DO UPDATE SET
                local_name = excluded.local_name, code = excluded.code, mapped_at = excluded.mapped_at, mapped_by = excluded.mapped_by
            """, .text(institution), .text(system), .text(new.localCode), .text(new.localName), .text(new.code),
            .integer(now.nanoseconds), .text(caller))
        return before == nil ? .added : .changed
    }

    /// Notes that a local code was seen which means nothing.
    static func note(
        _ local: IdentityV1.LocalCode, _ institution: String, _ system: String, now: UnixTime, _ tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO code_sightings (institution, system, local_code, local_name, seen, first_seen, last_seen)
                VALUES (?, ?, ?, ?, 1, ?, ?) ON CONFLICT (institution, system, local_code) DO UPDATE SET
                local_name = excluded.local_name, seen = code_sightings.seen + 1, last_seen = excluded.last_seen
            """, .text(institution), .text(system), .text(local.code), .text(local.name), .integer(now.nanoseconds),
            .integer(now.nanoseconds))
    }

    /// Those seen that still mean nothing in the version, the most frequent first, then by code.
    /// - Parameters:
    ///   - seen: of the last of the page before, with its code; nil for the first page.
    static func unmapped(
        _ institution: String, _ system: IdentityV1.CodeSystem, after last: (seen: Int64, code: String)?, limit: Int,
        _ tx: borrowing Transaction
    ) throws -> [IdentityV1.UnmappedCode] {
        let (seen, code) = (last?.seen ?? .max, last?.code ?? "")
        return try tx.rows(
            """
            SELECT s.local_code, s.local_name, s.seen, s.first_seen, s.last_seen, m.code FROM code_sightings s
                LEFT JOIN code_mappings m ON m.institution = s.institution AND m.system = s.system AND m.local_code = s.local_code
                WHERE s.institution = ? AND s.system = ? AND (s.seen < ? OR (s.seen = ? AND s.local_code > ?))
                AND NOT EXISTS (SELECT 1 FROM codes c WHERE c.system = s.system AND c.version = ? AND c.code = m.code)
                ORDER BY s.seen DESC, s.local_code LIMIT ?
            """, .text(institution), .text(system.id), .integer(seen), .integer(seen), .text(code), .integer(system.version),
            .integer(Int64(limit))
        ) { row in
            IdentityV1.UnmappedCode(
                localCode: try row.text(0), localName: try row.text(1), seenCount: UInt64(clamping: try row.int64(2)),
                firstSeenAt: UnixTime(nanoseconds: try row.int64(3)).message, lastSeenAt: UnixTime(nanoseconds: try row.int64(4)).message,
                isRetired: try row.optionalText(5) != nil)
        }
    }

    private static func mapping(_ row: borrowing Row) throws -> IdentityV1.CodeMapping {
        IdentityV1.CodeMapping(
            localCode: try row.text(0), localName: try row.text(1), code: try row.text(2),
            mappedAt: UnixTime(nanoseconds: try row.int64(3)).message)
    }
}
