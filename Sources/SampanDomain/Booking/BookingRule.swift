/// A rule of a hospital's booking: data, not code (BK-02, BK-08, BK-13).
package struct BookingRule: Sendable, Hashable {
    package enum Kind: Int64, Sendable, Hashable {
        /// The department is shown only to visitors whom it fits.
        case visitor = 1
        /// 仅限于自费患者
        case selfPaidOnly = 2
        /// 导诊: a complaint that holds the keyword suggests the department.
        case suggestion = 3
    }

    package let id: String
    package let kind: Kind
    package let isEnabled: Bool
    /// nil for `selfPaidOnly`.
    package let department: String?
    /// In full years; nil: no end.
    package let minimumAge: Int64?
    package let maximumAge: Int64?
    /// GB/T 2261.1: 1 male, 2 female; nil: both.
    package let sex: Int64?
    /// nil but for `suggestion`; 1 to 64 bytes.
    package let keyword: String?
    package let weight: Int64

    /// Throws for a rule that could never be followed. Empty texts mean nil.
    package init(
        id: String, kind: Kind, isEnabled: Bool, department: String?, minimumAge: Int64? = nil, maximumAge: Int64? = nil, sex: Int64? = nil,
        keyword: String? = nil, weight: Int64 = 0
    ) throws(DomainError) {
        self.id = try HISReference.required(id, field: "rule.id")
        self.kind = kind
        self.isEnabled = isEnabled
        self.department = try HISReference.optional(department, field: "rule.department_code")
        self.keyword = try HISReference.optional(keyword, field: "rule.keyword")
        guard (self.department == nil) == (kind == .selfPaidOnly) else {
            throw DomainError(field: "rule.department_code", message: "rules for visitors and suggestions name one, others none")
        }
        guard (self.keyword == nil) == (kind != .suggestion) else {
            throw DomainError(field: "rule.keyword", message: "suggestions have one, other rules none")
        }
        for age in [minimumAge, maximumAge].compactMap(\.self) {
            guard (0...200).contains(age) else { throw DomainError(field: "rule.age_years", message: "\(age) is no age") }
        }
        guard (minimumAge ?? 0) <= (maximumAge ?? 200) else {
            throw DomainError(field: "rule.min_age_years", message: "is above the maximum")
        }
        guard sex == nil || sex == 1 || sex == 2 else { throw DomainError(field: "rule.sex", message: "is neither 1 nor 2") }
        guard (0...1_000_000).contains(weight) else { throw DomainError(field: "rule.weight", message: "right would be 0 to 1000000") }
        (self.minimumAge, self.maximumAge, self.sex, self.weight) = (minimumAge, maximumAge, sex, weight)
    }

    /// Whether a visitor may see the department. What is not known of the visitor hides nothing.
    package func fits(age: Int64?, sex: Int64?) -> Bool {
        guard isEnabled, kind == .visitor else { return true }
        if let age, age < minimumAge ?? 0 || age > maximumAge ?? .max { return false }
        if let sex, let own = self.sex, sex != own { return false }
        return true
    }
}
