/// Through which payment channel the money comes. The raw value is the code of ledgers and bills.
package enum PaymentChannelKind: String, Sendable, Hashable, CaseIterable {
    case wechatPay = "WX"
    case alipay = "ALI"

    /// Throws for a code that is not one of the ledgers'.
    package init(code: String) throws(DomainError) {
        guard let kind = Self(rawValue: code) else {
            throw DomainError(field: "channel", message: "unknown channel code; right would be WX or ALI")
        }
        self = kind
    }
}
