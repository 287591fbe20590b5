/// The sex of a person as records say it (GB/T 2261.1-2003).
package enum Sex: UInt8, Sendable, Hashable, CaseIterable {
    /// 0 未知的性别
    case unknown = 0
    /// 1 男性
    case male = 1
    /// 2 女性
    case female = 2
    /// 9 未说明的性别
    case unspecified = 9

    /// Reads `0`, `1`, `2`, `9`; an empty text is `unknown`. Throws for anything else.
    package init(code: String) throws(DomainError) {
        switch code {
        case "", "0": self = .unknown
        case "1": self = .male
        case "2": self = .female
        case "9": self = .unspecified
        default: throw DomainError(field: "sex", message: "not a code of GB/T 2261.1; right would be 0, 1, 2 or 9")
        }
    }

    /// Whether it says male or female.
    package var isStated: Bool { self == .male || self == .female }
}
