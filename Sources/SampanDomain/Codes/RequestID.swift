/// Chosen by the caller, unique in its institution: the same id with the same body is the same request.
package struct RequestID: Sendable, Hashable {
    package let text: String

    /// Throws unless `text` has 1 to 64 characters of `printable ASCII without blanks`.
    package init(_ text: String) throws(DomainError) {
        try Charset.check(text, field: "request_id", length: 1...64, allowed: Charset.printable, spelled: "printable ASCII without blanks")
        self.text = text
    }
}

extension RequestID: CustomStringConvertible {
    package var description: String { text }
}
