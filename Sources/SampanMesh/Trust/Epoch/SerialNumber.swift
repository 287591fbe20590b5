internal import SampanDomain

/// Serial number of a certificate: 1 to 20 bytes (RFC 5280 §4.1.2.2), in words, so that a set of 100,000 is one array without a pointer.
package struct SerialNumber: Sendable, Hashable, Comparable {
    private let high: UInt32
    private let middle: UInt64
    private let low: UInt64

    /// Big endian; leading zeros do not count. Nil for no bytes and for a magnitude over 20 bytes.
    package init?(_ bytes: [UInt8]) {
        let magnitude = bytes.drop { $0 == 0 }
        guard !bytes.isEmpty, magnitude.count <= 20 else { return nil }
        var (high, middle, low) = (UInt32(0), UInt64(0), UInt64(0))
        for byte in magnitude {
            high = high << 8 | UInt32(truncatingIfNeeded: middle >> 56)
            middle = middle << 8 | low >> 56
            low = low << 8 | UInt64(byte)
        }
        (self.high, self.middle, self.low) = (high, middle, low)
    }

    /// Big endian without leading zeros; one zero byte for 0.
    package var bytes: [UInt8] {
        let all =
            (0..<4).map { UInt8(truncatingIfNeeded: high >> (24 - 8 * $0)) }
            + (0..<8).map { UInt8(truncatingIfNeeded: middle >> (56 - 8 * $0)) }
            + (0..<8).map { UInt8(truncatingIfNeeded: low >> (56 - 8 * $0)) }
        let magnitude = all.drop { $0 == 0 }
        return magnitude.isEmpty ? [0] : Array(magnitude)
    }

    package static func < (left: SerialNumber, right: SerialNumber) -> Bool {
        if left.high != right.high { return left.high < right.high }
        if left.middle != right.middle { return left.middle < right.middle }
        return left.low < right.low
    }
}

extension SerialNumber: CustomStringConvertible {
    /// In hexadecimal, as `openssl x509 -serial` prints it.
    package var description: String { Hexadecimal.text(bytes) }
}
