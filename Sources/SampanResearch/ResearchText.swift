internal import SampanDomain

/// What names and texts of the catalogue and of agreements look like.
enum ResearchText {
    /// Longest text, in bytes of UTF-8.
    static let byteLimit = 4_096

    /// Throws unless `text` is 1 to 64 of `0-9 A-Z a-z . _ -`.
    static func checkName(_ text: String, field: String) throws(DomainError) {
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(isNameByte) else {
            throw DomainError(field: field, message: "is not 1 to 64 of 0-9 A-Z a-z . _ -")
        }
    }

    /// Throws for a text that is too long or has control characters other than line feeds, and for one of blanks only.
    static func check(_ text: String, field: String) throws(DomainError) {
        guard text.contains(where: { !$0.isWhitespace }) else { throw DomainError(field: field, message: "is missing") }
        guard text.utf8.count <= byteLimit else { throw DomainError(field: field, message: "longer than \(byteLimit) bytes") }
        guard text.unicodeScalars.allSatisfy({ $0 == "\n" || $0.properties.generalCategory != .control }) else {
            throw DomainError(field: field, message: "has control characters")
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// Sets of kinds as a column keeps them.
enum KindList {
    static func text(_ kinds: Set<DocumentKind>) -> String { kinds.map(\.rawValue).sorted().joined(separator: " ") }

    static func read(_ text: String) throws(DomainError) -> Set<DocumentKind> {
        var kinds: Set<DocumentKind> = []
        for word in text.split(separator: " ") { kinds.insert(try DocumentKind(name: String(word))) }
        return kinds
    }
}
