/// An address as people write it: `127.0.0.1:7443`, `[::1]:7443`, `gateway.example:7443`.
package struct HostPort: Sendable, Hashable {
    package let host: String
    package let port: UInt16

    /// nil when the text is no host and port.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        // UInt16 would take a sign.
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let port = UInt16(digits) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || "[]/".contains($0) }) else { return nil }
        self.host = String(host)
        self.port = port
    }
}

extension YAMLMapping {
    func address(_ key: String) throws(ConfigurationError) -> HostPort {
        guard let address = HostPort(try string(key)) else { throw invalid(key, "must be host:port, such as 127.0.0.1:7443") }
        return address
    }
}
