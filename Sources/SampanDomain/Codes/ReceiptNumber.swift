/// Number of a receipt, from the sequence of the HIS.
package struct ReceiptNumber: Sendable, Hashable {
    package let text: String

    /// Throws unless `text` has 1 to 32 characters of `0-9 A-Z a-z`.
    package init(_ text: String) throws(DomainError) {
        try Charset.check(text, field: "receipt_number", length: 1...32, allowed: Charset.alphanumerics, spelled: "0-9 A-Z a-z")
        self.text = text
    }
}

extension ReceiptNumber: CustomStringConvertible {
    package var description: String { text }
}
