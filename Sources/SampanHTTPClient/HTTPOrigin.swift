/// Where a server of somebody else is reached: `https://host` or `https://host:port`.
package struct HTTPOrigin: Sendable, Hashable, CustomStringConvertible {
    /// As curl takes it, without a path.
    package let description: String
    let isSecure: Bool

    /// Nil for anything else, with one exception: plain `http` to a literal loopback address, for a simulator on the same machine.
    package init?(_ text: String) {
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://") else { return nil }
        let authority = text.dropFirst(isSecure ? 8 : 7)
        guard (1...255).contains(authority.utf8.count), authority.utf8.allSatisfy(Self.isOfAuthority) else { return nil }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, !host.isEmpty, parts.count <= 2 else { return nil }
        if parts.count == 2 {
            guard let port = UInt16(parts[1]), port > 0, !parts[1].hasPrefix("+") else { return nil }
        }
        guard isSecure || host == "127.0.0.1" else { return nil }
        description = text
        self.isSecure = isSecure
    }

    private static func isOfAuthority(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"): true
        default: false
        }
    }
}
