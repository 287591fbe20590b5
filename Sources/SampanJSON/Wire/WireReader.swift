/// Reads fields off wire bytes, never past their end (protobuf Encoding, "Message Structure").
struct WireReader {
    let bytes: [UInt8]
    private(set) var position: Int
    let end: Int

    /// Groups in one another that are passed over.
    static let maximumGroups = 32

    init(_ bytes: [UInt8]) { self.init(bytes, 0..<bytes.count) }

    /// `range` lies within the bytes: it came from this type, or is all of them.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = max(0, range.lowerBound)
        end = min(range.upperBound, bytes.count)
    }

    var isAtEnd: Bool { position >= end }

    /// The next field; nil at the end.
    mutating func next() throws(WireFault) -> WireField? {
        guard !isAtEnd else { return nil }
        let (number, wireType) = try tag()
        return WireField(number: number, value: try value(number, wireType, groups: Self.maximumGroups))
    }

    /// An integer of seven bits a byte; bits past the 64th are dropped, as every implementation does.
    mutating func varint() throws(WireFault) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<10 {
            guard position < end else { throw .truncated }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) &<< UInt64(7 * index)
            if byte < 0x80 { return value }
        }
        throw .malformedVarint
    }

    mutating func fixed32() throws(WireFault) -> UInt32 { UInt32(truncatingIfNeeded: try fixed(4)) }
    mutating func fixed64() throws(WireFault) -> UInt64 { try fixed(8) }

    private mutating func fixed(_ count: Int) throws(WireFault) -> UInt64 {
        guard end - position >= count else { throw .truncated }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
        position += count
        return value
    }

    private mutating func tag() throws(WireFault) -> (number: UInt32, wireType: UInt8) {
        let start = position
        let value = try varint()
        guard position - start <= 5 else { throw .malformedVarint }
        guard let tag = UInt32(exactly: value), tag >= 8 else { throw .invalidTag }
        return (tag >> 3, UInt8(tag & 7))
    }

    private mutating func value(_ number: UInt32, _ wireType: UInt8, groups: Int) throws(WireFault) -> WireValue {
        switch wireType {
        case 0: return .varint(try varint())
        case 1: return .fixed64(try fixed64())
        case 2:
            guard let count = Int(exactly: try varint()), count <= end - position else { throw .truncated }
            defer { position += count }
            return .bytes(position..<position + count)
        case 3:
            try skipGroup(number, groups)
            return .group
        case 5: return .fixed32(try fixed32())
        default: throw .invalidTag
        }
    }

    private mutating func skipGroup(_ number: UInt32, _ groups: Int) throws(WireFault) {
        guard groups > 0 else { throw .nestingTooDeep(limit: Self.maximumGroups) }
        while !isAtEnd {
            let (inner, wireType) = try tag()
            if wireType == 4 {
                guard inner == number else { throw .invalidTag }
                return
            }
            _ = try value(inner, wireType, groups: groups - 1)
        }
        throw .truncated
    }
}
