/// Number of a refund, assigned once; the channel refunds once per number.
package struct RefundNo: Sendable, Hashable {
    package let text: String

    /// Throws unless `text` has 1 to 64 characters of `0-9 A-Z a-z _ - | *`.
    package init(_ text: String) throws(DomainError) {
        try Charset.check(text, field: "out_refund_no", length: 1...64, allowed: Charset.orderNumber, spelled: "0-9 A-Z a-z _ - | *")
        self.text = text
    }
}

extension RefundNo: CustomStringConvertible {
    package var description: String { text }
}
