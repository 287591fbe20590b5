/// What tracing systems say to themselves along a trace: the field `tracestate` (W3C Trace Context, Tracestate Header). It is passed on and
/// never understood here; what is not as the standard says goes no further.
public struct TraceState: Sendable, Hashable {
    /// The field, and the key of its metadata.
    package static let key = "tracestate"

    /// As it came, at most 512 bytes.
    package let text: String

    /// Nil unless it is 1 to 32 members `key=value`, with commas and optional blanks between them, each key once. Empty members are passed
    /// over, as the standard asks.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.longest else { return nil }
        var keys: Set<ArraySlice<UInt8>> = []
        for member in bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let trimmed = Self.trimmed(member)
            guard !trimmed.isEmpty else { continue }
            guard let equals = trimmed.firstIndex(of: UInt8(ascii: "=")), Self.isKey(trimmed[..<equals]),
                Self.isValue(trimmed[(equals + 1)...]), keys.insert(trimmed[..<equals]).inserted, keys.count <= Self.mostMembers
            else { return nil }
        }
        guard !keys.isEmpty else { return nil }
        self.text = text
    }

    /// Bytes that everybody has to pass on; nobody has to pass on more.
    private static let longest = 512
    private static let mostMembers = 32
    private static let longestPart = 256

    private static func trimmed(_ member: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var member = member.drop { $0 == 0x20 || $0 == 0x09 }
        while let last = member.last, last == 0x20 || last == 0x09 { member.removeLast() }
        return member
    }

    /// `lcalpha` first, or a tenant (which may begin with a digit), `@` and a system.
    private static func isKey(_ key: ArraySlice<UInt8>) -> Bool {
        let parts = key.split(separator: UInt8(ascii: "@"), maxSplits: 1, omittingEmptySubsequences: false)
        guard key.count <= longestPart, let first = parts[0].first, parts.allSatisfy({ $0.allSatisfy(isKeyByte) }) else { return false }
        guard parts.count == 2 else { return isLetter(first) }
        guard let system = parts[1].first, isLetter(system), parts[1].count <= 14, parts[0].count <= 241 else { return false }
        return isLetter(first) || isDigit(first)
    }

    /// Visible ASCII and blanks, but for comma and equals sign; no blank at its end, which was taken off.
    private static func isValue(_ value: ArraySlice<UInt8>) -> Bool {
        (1...longestPart).contains(value.count)
            && value.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") }
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || "_-*/".utf8.contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
