/// What is paid for. The raw value is the word of ledgers and receipts.
package enum PaymentKind: String, Sendable, Hashable, CaseIterable {
    case bookingFee = "挂号费"
    case outpatientFee = "门诊缴费"
    case inpatientDeposit = "住院预交金"

    /// Throws for a word that is not one of the ledgers'.
    package init(name: String) throws(DomainError) {
        guard let kind = Self(rawValue: name) else {
            throw DomainError(field: "biz_type", message: "unknown kind of payment; right would be 挂号费, 门诊缴费 or 住院预交金")
        }
        self = kind
    }
}
