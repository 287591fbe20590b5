/// Sets of ASCII characters that numbers and codes are made of.
enum Charset {
    static let digits = Set(UInt8(ascii: "0")...UInt8(ascii: "9"))
    static let alphanumerics = digits.union(UInt8(ascii: "A")...UInt8(ascii: "Z")).union(UInt8(ascii: "a")...UInt8(ascii: "z"))
    static let localCode = alphanumerics.union("._-".utf8)
    static let orderNumber = alphanumerics.union("_-|*".utf8)
    static let reasonCode = digits.union(UInt8(ascii: "A")...UInt8(ascii: "Z")).union("_".utf8)
    static let printable = Set(UInt8(0x21)...UInt8(0x7E))

    /// Throws unless `text` has a right length and only allowed characters.
    static func check(
        _ text: String, field: String, length: ClosedRange<Int>, allowed: Set<UInt8>, spelled: String
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
