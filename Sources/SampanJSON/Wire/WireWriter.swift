/// Puts fields behind one another in wire format (protobuf Encoding).
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func field(_ number: UInt32, _ value: ScalarValue) {
        varint(UInt64(number) << 3 | value.wireType)
        element(value)
    }

    /// A value without its tag, as packed fields hold them.
    mutating func element(_ value: ScalarValue) {
        switch value {
        case .varint(let value): varint(value)
        case .fixed64(let value): fixed(value, 8)
        case .fixed32(let value): fixed(UInt64(value), 4)
        case .bytes(let value):
            varint(UInt64(value.count))
            bytes.append(contentsOf: value)
        }
    }

    mutating func bytes(_ number: UInt32, _ value: [UInt8]) { field(number, .bytes(value)) }

    private mutating func fixed(_ value: UInt64, _ count: Int) {
        for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
    }
}

/// A value of a field, ready for the wire.
enum ScalarValue {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes([UInt8])

    var wireType: UInt64 {
        switch self {
        case .varint: 0
        case .fixed64: 1
        case .bytes: 2
        case .fixed32: 5
        }
    }

    /// What a field without presence does not send.
    var isDefault: Bool {
        switch self {
        case .varint(let value), .fixed64(let value): value == 0
        case .fixed32(let value): value == 0
        case .bytes(let value): value.isEmpty
        }
    }
}
