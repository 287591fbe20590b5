/// The number of a member of staff within one institution (工号), as the institution's tokens and the audit log write it.
package struct StaffID: Sendable, Hashable {
    package let text: String

    /// Throws when `text` is not 1 to 32 of `0-9 A-Z a-z . _ -`.
    package init(_ text: String) throws(DomainError) {
        try Charset.check(text, field: "staff_id", length: 1...32, allowed: Charset.localCode, spelled: "0-9 A-Z a-z . _ -")
        self.text = text
    }
}

extension StaffID: CustomStringConvertible {
    package var description: String { text }
}
