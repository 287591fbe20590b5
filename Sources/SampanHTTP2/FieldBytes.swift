/// Which bytes may stand where in a header section (RFC 9110 §5.5 and §5.6.2, RFC 9113 §8.2.1 and §8.3.1).
enum FieldBytes {
    /// The bytes below 128 of one kind, a bit each.
    struct Kind {
        let low: UInt64
        let high: UInt64
        /// Whether those above 127 are of it.
        var takesHigh = false

        func contains(_ byte: UInt8) -> Bool {
            switch byte {
            case 0..<64: low >> UInt64(byte) & 1 == 1
            case 64..<128: high >> UInt64(byte - 64) & 1 == 1
            default: takesHigh
            }
        }
    }

    /// `token` without capitals: names of fields.
    static let name = Kind(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C000_0000)
    /// `token`: methods.
    static let token = Kind(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    /// `authority` (RFC 3986 §3.2) but for percent-encoding's sake: what libnghttp2 takes.
    static let authority = Kind(low: 0x2FFF_7FF2_0000_0000, high: 0x47FF_FFFE_AFFF_FFFF)
    static let scheme = Kind(low: 0x03FF_6800_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)
    /// Everything visible, and bytes above 127, which browsers send.
    static let path = Kind(low: 0xFFFF_FFFE_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF, takesHigh: true)

    static func all(_ bytes: UnsafeRawBufferPointer, are kind: Kind) -> Bool {
        var index = 0
        while index < bytes.count {
            guard unsafe kind.contains(bytes[index]) else { return false }
            index += 1
        }
        return true
    }

    /// Whether a name, not a pseudo-header's, may be one.
    static func isName(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        // Letters and hyphens, eight at a time: nearly every name.
        while index + 8 <= bytes.count {
            guard unsafe isPlainName(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) else { break }
            index += 8
        }
        return unsafe bytes.count > 0 && all(UnsafeRawBufferPointer(rebasing: bytes[index...]), are: name)
    }

    /// Whether a value may be one: no control but the tab, and no blank around it.
    static func isValue(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = unsafe bytes.first, let last = unsafe bytes.last else { return true }
        guard !isBlank(first), !isBlank(last) else { return false }
        var index = 0
        while index + 8 <= bytes.count {
            guard unsafe isPlainValue(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) else { break }
            index += 8
        }
        while index < bytes.count {
            let byte = unsafe bytes[index]
            guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else { return false }
            index += 1
        }
        return true
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The top bit of each byte that is zero (Hacker's Delight, 6-1: exact for every byte).
    private static func zeroBytes(_ word: UInt64) -> UInt64 { ~((word & ~tops) &+ ~tops | word | ~tops) }

    private static func isPlainName(_ word: UInt64) -> Bool {
        guard word & tops == 0 else { return false }
        let fromA = word &+ ones &* (0x80 - 0x61)
        let pastZ = word &+ ones &* (0x80 - 0x7B)
        return (fromA & ~pastZ & tops) | zeroBytes(word ^ ones &* 0x2D) == tops
    }

    /// Whether all bytes are from 0x20 on and none is 0x7F.
    private static func isPlainValue(_ word: UInt64) -> Bool {
        // Bytes below 0x20 have none of the bits 5, 6 and 7.
        let controls = zeroBytes(word & (ones &* 0xE0))
        return controls | zeroBytes(word ^ ones &* 0x7F) == 0
    }
}
