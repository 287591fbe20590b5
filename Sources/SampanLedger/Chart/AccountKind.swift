/// What an account is of: on which side it grows.
package enum AccountKind: String, Sendable, Hashable, CaseIterable {
    /// What we have, or are owed.
    case asset
    /// What we owe.
    case liability
    case income
    case expense

    /// Assets and expenses grow by debits; liabilities and income by credits.
    package var isDebitNormal: Bool { self == .asset || self == .expense }

    /// 资产, 负债, 收入, 费用.
    package var chinese: String {
        switch self {
        case .asset: "资产"
        case .liability: "负债"
        case .income: "收入"
        case .expense: "费用"
        }
    }
}
