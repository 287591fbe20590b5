/// A range of IP addresses: a prefix in CIDR form (RFC 4632 §3.1, RFC 4291 §2.3), or one address.
package struct AddressRange: Sendable, Hashable {
    /// The first of them.
    private let first: NumericAddress
    /// Bits that all of them share.
    private let bits: Int

    /// Reads `10.20.0.0/16`, `2001:db8::/32`, `10.20.1.7`. Nil for anything else, and for a prefix with bits behind its length:
    /// `10.20.1.0/16` may mean either of two ranges.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first, let first = NumericAddress(String(address)) else { return nil }
        let width = first.bytes.count * 8
        guard let bits = parts.count == 2 ? Self.length(parts[1], most: width) : width else { return nil }
        for (index, byte) in first.bytes.enumerated() where byte & ~Self.mask(bits - index * 8) != 0 { return nil }
        (self.first, self.bits) = (first, bits)
    }

    /// Decimal, without a sign or leading zeros.
    private static func length(_ text: Substring, most: Int) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text == "0" || text.first != "0",
            let length = Int(text), length <= most
        else { return nil }
        return length
    }

    package func contains(_ address: NumericAddress) -> Bool {
        guard address.bytes.count == first.bytes.count else { return false }
        let whole = bits / 8
        for index in 0..<whole where address.bytes[index] != first.bytes[index] { return false }
        return bits % 8 == 0 || address.bytes[whole] & Self.mask(bits % 8) == first.bytes[whole]
    }

    /// A byte whose first bits are set.
    private static func mask(_ bits: Int) -> UInt8 { bits >= 8 ? 0xFF : bits <= 0 ? 0 : ~(0xFF >> UInt8(bits)) }
}

extension AddressRange: CustomStringConvertible {
    package var description: String { bits == first.bytes.count * 8 ? "\(first)" : "\(first)/\(bits)" }
}
