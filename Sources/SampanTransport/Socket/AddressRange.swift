internal import Glibc

/// A range of IP addresses: a prefix in CIDR form (RFC 4632 §3.1, RFC 4291 §2.3), or one address. An IPv4 address that reaches a socket of
/// IPv6 (`::ffff:10.1.2.3`, RFC 4291 §2.5.5.2) counts as the IPv4 address that it is.
package struct AddressRange: Sendable, Hashable {
    /// 4 or 16 bytes.
    private let prefix: [UInt8]
    private let bits: Int

    /// Reads `10.20.0.0/16`, `2001:db8::/32`, `10.20.1.7`. Nil for anything else, and for a prefix with bits behind its length:
    /// `10.20.1.0/16` may mean either of two ranges.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let bytes = Self.bytes(String(first)) else { return nil }
        var bits = bytes.count * 8
        if parts.count == 2 {
            let digits = parts[1]
            guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
                number <= bits, digits == "0" || digits.first != "0"
            else { return nil }
            bits = number
        }
        guard bytes == Self.masked(bytes, bits) else { return nil }
        (prefix, self.bits) = (bytes, bits)
    }

    /// Whether a numeric address, without port or brackets, is within it; false for a text that is none.
    package func contains(_ host: String) -> Bool { Self.bytes(host).map { contains($0) } ?? false }

    /// The same for an address that was read before.
    func contains(_ address: [UInt8]) -> Bool { address.count == prefix.count && Self.masked(address, bits) == prefix }

    /// The bytes of a numeric address, 4 or 16; nil for a text that is none.
    static func bytes(_ host: String) -> [UInt8]? {
        var v4 = in_addr()
        if unsafe inet_pton(AF_INET, host, &v4) == 1 { return unsafe withUnsafeBytes(of: &v4) { unsafe Array($0) } }
        var v6 = in6_addr()
        guard unsafe inet_pton(AF_INET6, host, &v6) == 1 else { return nil }
        let bytes = unsafe withUnsafeBytes(of: &v6) { unsafe Array($0) }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMapped ? Array(bytes.suffix(4)) : bytes
    }

    private static func masked(_ bytes: [UInt8], _ bits: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let kept = min(8, max(0, bits - index * 8))
            return kept == 8 ? byte : byte & ~(0xFF >> UInt8(kept))
        }
    }
}

extension AddressRange: CustomStringConvertible {
    package var description: String {
        var bytes = prefix
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        unsafe inet_ntop(prefix.count == 4 ? AF_INET : AF_INET6, &bytes, &text, socklen_t(text.count))
        let host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return bits == prefix.count * 8 ? host : "\(host)/\(bits)"
    }
}
