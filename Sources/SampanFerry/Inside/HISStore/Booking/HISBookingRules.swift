internal import SampanDomain
internal import SampanStorage

/// The rules of booking that a hospital sets itself: rows of a table, each change of which the table logs.
enum HISBookingRules {
    private static let columns = "id, kind, enabled, department, minimum_age, maximum_age, sex, keyword, weight"

    /// 仅限于自费患者: throws while the switch is on.
    static func checkInsured(at institution: InstitutionCode, _ tx: borrowing Transaction) throws {
        let isOn = try tx.first(
            "SELECT 1 FROM booking_rules WHERE institution = ? AND kind = 2 AND enabled = 1", .text(institution.text)
        ) { _ in true }
        guard isOn == nil else { throw HISRefusal("SELF_PAID_ONLY", "仅限于自费患者") }
    }

    static func all(_ institution: String, _ tx: borrowing Transaction) throws -> [BookingRule] {
        try tx.rows("SELECT \(columns) FROM booking_rules WHERE institution = ? ORDER BY id", .text(institution)) { try rule($0) }
    }

    static func changes(_ institution: String, _ tx: borrowing Transaction) throws -> [(rule: BookingRule, by: String, at: UnixTime)] {
        try tx.rows(
            "SELECT \(columns), changed_by, changed_at FROM booking_rule_log WHERE institution = ? ORDER BY number", .text(institution)
        ) { row in (try rule(row), try row.text(9), UnixTime(nanoseconds: try row.int64(10))) }
    }

    static func put(
        _ rule: BookingRule, at institution: String, by submitter: String, _ now: UnixTime, _ tx: borrowing Transaction
    ) throws {
        if let department = rule.department {
            let isKnown = try tx.first(
                "SELECT 1 FROM departments WHERE institution = ? AND code = ?", .text(institution), .text(department)
            ) { _ in true }
            guard isKnown != nil else { throw HISRefusal("DEPARTMENT_UNKNOWN", "the HIS has no department of that code") }
        }
        try tx.execute(
            """
            INSERT INTO booking_rules (institution, id, kind, enabled, department, minimum_age, maximum_age, sex, keyword, weight,
                changed_by, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (institution, id) DO UPDATE SET kind = excluded.kind, enabled = excluded.enabled, department = excluded.department,
                minimum_age = excluded.minimum_age, maximum_age = excluded.maximum_age, sex = excluded.sex, keyword = excluded.keyword,
                weight = excluded.weight, changed_by = excluded.changed_by, changed_at = excluded.changed_at
            """,
            .text(institution), .text(rule.id), .integer(rule.kind.rawValue), .integer(rule.isEnabled ? 1 : 0), SQLValue(rule.department),
            SQLValue(rule.minimumAge), SQLValue(rule.maximumAge), SQLValue(rule.sex), SQLValue(rule.keyword), .integer(rule.weight),
            .text(submitter), .integer(now.nanoseconds))
    }

    private static func rule(_ row: borrowing Row) throws -> BookingRule {
        guard let kind = BookingRule.Kind(rawValue: try row.int64(1)) else {
            throw StorageError(kind: .corrupt, message: "no kind of rule")
        }
        return try BookingRule(
            id: try row.text(0), kind: kind, isEnabled: try row.int64(2) == 1, department: try row.optionalText(3),
            minimumAge: try row.optionalInt64(4), maximumAge: try row.optionalInt64(5), sex: try row.optionalInt64(6),
            keyword: try row.optionalText(7), weight: try row.int64(8))
    }
}
