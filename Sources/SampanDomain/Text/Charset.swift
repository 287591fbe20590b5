/// Sets of ASCII characters that numbers and codes are made of.
enum Charset {
    static let digits = ASCIISet("0123456789")
    static let capitals = ASCIISet("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    static let alphanumerics = digits.union(capitals).union(ASCIISet("abcdefghijklmnopqrstuvwxyz"))
    static let localCode = alphanumerics.union(ASCIISet("._-"))
    static let orderNumber = alphanumerics.union(ASCIISet("_-|*"))
    static let reasonCode = digits.union(capitals).union(ASCIISet("_"))
    static let printable = ASCIISet(0x21...0x7E)

    /// Throws unless `text` has a right length and only allowed characters.
    static func check(
        _ text: String, field: String, length: ClosedRange<Int>, allowed: ASCIISet, spelled: String
    ) throws(DomainError) {
        let count = text.utf8.count
        guard length.contains(count) else {
            throw DomainError(
                field: field, message: "\(count) bytes long; right would be \(length.lowerBound) to \(length.upperBound) of \(spelled)")
        }
        guard text.utf8.allSatisfy(allowed.contains) else {
            throw DomainError(field: field, message: "holds a character other than \(spelled)")
        }
    }
}

/// A set of ASCII characters as 128 bits: every number of every row that is read passes through one.
struct ASCIISet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ characters: StaticString) {
        for byte in characters.description.utf8 { insert(byte) }
    }

    init(_ bytes: ClosedRange<UInt8>) {
        for byte in bytes { insert(byte) }
    }

    func contains(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<64: low >> UInt64(byte) & 1 == 1
        case 64..<128: high >> UInt64(byte - 64) & 1 == 1
        default: false
        }
    }

    func union(_ other: ASCIISet) -> ASCIISet {
        var both = self
        both.low |= other.low
        both.high |= other.high
        return both
    }

    private mutating func insert(_ byte: UInt8) {
        if byte < 64 { low |= 1 << UInt64(byte) } else if byte < 128 { high |= 1 << UInt64(byte - 64) }
    }
}
