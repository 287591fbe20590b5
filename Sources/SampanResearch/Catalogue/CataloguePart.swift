package import SampanDomain

/// The seven parts of the region's data directory (健康医疗大数据资源目录, RE-22). The raw value is the word of files and contracts.
package enum CataloguePart: String, Sendable, Hashable, CaseIterable {
    /// 基础信息.
    case basic
    /// 公共卫生.
    case publicHealth = "public-health"
    /// 计划生育.
    case familyPlanning = "family-planning"
    /// 医疗服务.
    case care
    /// 医疗保障.
    case insurance
    /// 药品管理.
    case medicines
    /// 新型业态: what came up beside the old ones, such as internet hospitals and wearables.
    case newForms = "new-forms"

    /// Throws for a word that is none of the seven.
    package init(name: String) throws(DomainError) {
        guard let part = Self(rawValue: name) else {
            throw DomainError(
                field: "part", message: "unknown part; right would be one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = part
    }
}

/// How far a dataset is open (RE-23). The raw value is the word of files and contracts.
package enum OpenLevel: String, Sendable, Hashable, CaseIterable {
    /// 不予开放: to nobody, unless an opening lets it out (RE-26).
    case closed
    /// 有条件开放: with an agreement.
    case conditional
    /// 无条件开放: to anyone.
    case open

    /// Throws for a word that is none of the three.
    package init(name: String) throws(DomainError) {
        guard let level = Self(rawValue: name) else {
            throw DomainError(field: "level", message: "unknown level; right would be closed, conditional or open")
        }
        self = level
    }

    /// Persons that must be alike at least (k of k-anonymity) where nobody has signed for what happens to the rows, or where they were
    /// closed: twice as many.
    package var leastClass: Int {
        switch self {
        case .conditional: 5
        case .closed, .open: 10
        }
    }
}
