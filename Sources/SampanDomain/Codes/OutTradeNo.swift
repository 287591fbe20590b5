/// Merchant order number: the key under which platform, channel and HIS know one payment.
package struct OutTradeNo: Sendable, Hashable {
    package let text: String

    /// Throws unless `text` has 1 to 32 characters of `0-9 A-Z a-z _ - | *`.
    package init(_ text: String) throws(DomainError) {
        try Charset.check(text, field: "out_trade_no", length: 1...32, allowed: Charset.orderNumber, spelled: "0-9 A-Z a-z _ - | *")
        self.text = text
    }
}

extension OutTradeNo: CustomStringConvertible {
    package var description: String { text }
}
