internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanStorage

/// Code tables in the registry's file. In force at a moment is the newest version that had taken effect by then.
enum CodeRows {
    private static let columns = "system, version, name, label, effective_from, published_at, published_by, code_count, hash"

    static func newest(_ system: String, _ tx: borrowing Transaction) throws -> IdentityV1.CodeSystem? {
        try tx.first("SELECT \(columns) FROM code_versions WHERE system = ? ORDER BY version DESC LIMIT 1", .text(system), map: entry)
    }

    /// That version, or for 0 the one in force at a moment.
    static func version(_ system: String, _ version: Int64, asOf: UnixTime, _ tx: borrowing Transaction) throws -> IdentityV1.CodeSystem? {
        if version != 0 {
            return try tx.first(
                "SELECT \(columns) FROM code_versions WHERE system = ? AND version = ?", .text(system), .integer(version), map: entry)
        }
        return try tx.first(
            "SELECT \(columns) FROM code_versions WHERE system = ? AND effective_from <= ? ORDER BY version DESC LIMIT 1", .text(system),
            .integer(asOf.nanoseconds), map: entry)
    }

    static func systems(asOf: UnixTime, limit: Int, _ tx: borrowing Transaction) throws -> [IdentityV1.CodeSystem] {
        try tx.rows(
            """
            SELECT \(columns) FROM code_versions v WHERE v.version = (SELECT MAX(w.version) FROM code_versions w
                WHERE w.system = v.system AND w.effective_from <= ?) ORDER BY v.system LIMIT ?
            """, .integer(asOf.nanoseconds), .integer(Int64(limit)), map: entry)
    }

    static func versions(_ system: String, before: Int64, limit: Int, _ tx: borrowing Transaction) throws -> [IdentityV1.CodeSystem] {
        try tx.rows(
            "SELECT \(columns) FROM code_versions WHERE system = ? AND version < ? ORDER BY version DESC LIMIT ?", .text(system),
            .integer(before), .integer(Int64(limit)), map: entry)
    }

    static func find(_ code: String, of system: IdentityV1.CodeSystem, _ tx: borrowing Transaction) throws -> IdentityV1.Code? {
        try tx.first(
            "SELECT code, name, parent FROM codes WHERE system = ? AND version = ? AND code = ?", .text(system.id),
            .integer(system.version), .text(code)
        ) { try Self.code($0) }
    }

    /// Whether the table in force has a code; nil where no version of the table is in force.
    static func has(_ code: String, of system: String, at now: UnixTime, _ tx: borrowing Transaction) throws -> Bool? {
        guard let system = try version(system, 0, asOf: now, tx) else { return nil }
        return try find(code, of: system, tx) != nil
    }

    /// One page by code.
    /// - Parameters:
    ///   - parent: of these; nil: whoever's.
    ///   - name: with this name; empty: any.
    static func list(
        _ system: IdentityV1.CodeSystem, parent: String?, name: String, after: String, limit: Int, _ tx: borrowing Transaction
    ) throws -> [IdentityV1.Code] {
        let (conditions, values): (String, [SQLValue]) =
            switch (parent, name.isEmpty) {
            case (nil, true): ("", [])
            case (let parent?, true): (" AND parent = ?", [.text(parent)])
            case (nil, false): (" AND name = ?", [.text(name)])
            case (let parent?, false): (" AND parent = ? AND name = ?", [.text(parent), .text(name)])
            }
        var found: [IdentityV1.Code] = []
        try tx.forEach(
            "SELECT code, name, parent FROM codes WHERE system = ? AND version = ?\(conditions) AND code > ? ORDER BY code LIMIT ?",
            [.text(system.id), .integer(system.version)] + values + [.text(after), .integer(Int64(limit))]
        ) { found.append(try Self.code($0)) }
        return found
    }

    /// Adds a version behind all others, whole.
    static func publish(_ system: IdentityV1.CodeSystem, _ sheet: CodeSheet, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "INSERT INTO code_versions (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", .text(system.id), .integer(system.version),
            .text(system.name), .text(system.label), .integer(system.effectiveFrom?.nanosecondsSince1970 ?? 0),
            .integer(system.publishedAt?.nanosecondsSince1970 ?? 0), .text(system.publishedBy), .integer(Int64(sheet.codes.count)),
            .blob(sheet.hash))
        for code in sheet.codes {
            try tx.execute(
                "INSERT INTO codes (system, version, code, name, parent) VALUES (?, ?, ?, ?, ?)", .text(system.id),
                .integer(system.version), .text(code.code), .text(code.name), .text(code.parent))
        }
    }

    /// Codes that `sheet` adds, changes and leaves alone against a version, and those that it does not have any more.
    static func difference(
        _ sheet: CodeSheet, from before: IdentityV1.CodeSystem?, _ tx: borrowing Transaction
    ) throws -> (added: UInt64, changed: UInt64, unchanged: UInt64, removed: UInt64) {
        var old: [String: IdentityV1.Code] = [:]
        if let before {
            try tx.forEach(
                "SELECT code, name, parent FROM codes WHERE system = ? AND version = ?", .text(before.id), .integer(before.version)
            ) { row in
                let code = try Self.code(row)
                old[code.code] = code
            }
        }
        var (added, changed, unchanged): (UInt64, UInt64, UInt64) = (0, 0, 0)
        for code in sheet.codes {
            switch old.removeValue(forKey: code.code) {
            case nil: added += 1
            case code: unchanged += 1
            default: changed += 1
            }
        }
        return (added, changed, unchanged, UInt64(old.count))
    }

    private static func entry(_ row: borrowing Row) throws -> IdentityV1.CodeSystem {
        IdentityV1.CodeSystem(
            id: try row.text(0), name: try row.text(2), version: try row.int64(1), label: try row.text(3),
            effectiveFrom: UnixTime(nanoseconds: try row.int64(4)).message, publishedAt: UnixTime(nanoseconds: try row.int64(5)).message,
            publishedBy: try row.text(6), codeCount: UInt64(clamping: try row.int64(7)), hash: try row.blob(8))
    }

    private static func code(_ row: borrowing Row) throws -> IdentityV1.Code {
        IdentityV1.Code(code: try row.text(0), name: try row.text(1), parent: try row.text(2))
    }
}
