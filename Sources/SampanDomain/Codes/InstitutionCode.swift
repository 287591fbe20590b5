/// The code of an institution, as its certificate and the ledgers write it.
package struct InstitutionCode: Sendable, Hashable {
    /// Which codes a region uses.
    package enum Scheme: Sendable, Hashable {
        /// The 18-character unified social credit code of GB 32100-2015 with a right check character.
        case unifiedSocialCredit
        /// The region's own codes: 1 to 32 of `0-9 A-Z a-z . _ -`.
        case local
    }

    package let text: String

    /// Throws when `text` is not a code of the scheme.
    package init(_ text: String, scheme: Scheme) throws(DomainError) {
        switch scheme {
        case .local:
            try Charset.check(text, field: "institution_code", length: 1...32, allowed: Charset.localCode, spelled: "0-9 A-Z a-z . _ -")
        case .unifiedSocialCredit:
            try Self.checkUnified(text)
        }
        self.text = text
    }
}

extension InstitutionCode {
    /// The 31 characters of GB 32100-2015: digits and capitals without I, O, S, V, Z; the place is the value.
    private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)

    private static func checkUnified(_ text: String) throws(DomainError) {
        let bytes = Array(text.utf8)
        guard bytes.count == 18 else { throw wrong("\(bytes.count) characters where a unified social credit code has 18") }
        var sum = 0
        // Weights are 3^i mod 31 (GB 32100-2015, 5.2).
        var weight = 1
        for byte in bytes.dropLast() {
            guard let value = alphabet.firstIndex(of: byte) else { throw wrong("holds a character that GB 32100 does not use") }
            sum += value * weight
            weight = weight * 3 % 31
        }
        let check = alphabet[(31 - sum % 31) % 31]
        guard bytes.last == check else {
            throw wrong("its check character does not fit: a character is mistyped or swapped")
        }
    }

    private static func wrong(_ message: String) -> DomainError {
        DomainError(field: "institution_code", message: message)
    }
}

extension InstitutionCode: CustomStringConvertible {
    package var description: String { text }
}
