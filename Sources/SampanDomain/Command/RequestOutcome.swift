/// What became of a request inside. Decided in one HIS transaction and never changed.
package enum RequestOutcome: Sendable, Hashable {
    /// The HIS has posted the charge under this receipt, or done what moves no money under this number.
    case posted(ReceiptNumber)
    /// The HIS refused it; it will never be posted.
    case rejected(OutcomeReason)
    /// Given up inside before its effect; it will never be posted.
    case expired(OutcomeReason)
}

/// Why a request was not posted: a code for programs and a text for people. Holds no patient data.
package struct OutcomeReason: Sendable, Hashable {
    /// Bytes of a message at the most; a longer one of a HIS is cut.
    package static let maximumMessageBytes = 512

    /// UPPER_SNAKE_CASE, 1 to 64 characters: `HIS_REFUSED`, `HIS_TIMEOUT`.
    package let code: String
    package let message: String

    /// For a reason from elsewhere. Throws unless the code is UPPER_SNAKE_CASE; a long message is cut at a character.
    package init(code: String, message: String) throws(DomainError) {
        try Charset.check(code, field: "reason", length: 1...64, allowed: Charset.reasonCode, spelled: "A-Z 0-9 _")
        self.code = code
        self.message = Self.cut(message)
    }

    /// For a reason that stands in the source.
    package init(constant code: StaticString, _ message: String) {
        self.code = code.description
        self.message = Self.cut(message)
    }

    private static func cut(_ message: String) -> String {
        guard message.utf8.count > maximumMessageBytes else { return message }
        var short = ""
        var bytes = 0
        for character in message {
            bytes += character.utf8.count
            if bytes > maximumMessageBytes { break }
            short.append(character)
        }
        return short
    }
}
