/// An address as people write it: `127.0.0.1:8443`, `[::1]:8443`, `gateway.local:8443`.
public struct HostAndPort: Sendable, Hashable {
    /// Without brackets.
    public let host: String
    public let port: UInt16

    /// Nil unless both parts are there; an IPv6 address stands in brackets.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let port = UInt16(digits)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.utf8.count <= 255, !host.contains(where: { $0.isWhitespace || "[]/".contains($0) }) else { return nil }
        self.host = String(host)
        self.port = port
    }
}
