/// Reads tags, varints and lengths off wire bytes (protobuf Encoding, "Message Structure"), never past their end.
@unsafe struct WireCursor {
    private(set) var position: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>

    init(_ position: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
        unsafe self.position = position
        unsafe self.end = end
    }

    var isAtEnd: Bool { unsafe position >= end }
    var left: Int { unsafe end - position }

    /// A tag: number 1 to 536,870,911 and wire type, in at most five bytes.
    @inline(__always)
    mutating func tag() throws(ProtobufError) -> (number: UInt32, wireType: UInt8) {
        let value: UInt32
        let first = unsafe position.pointee
        if first < 0x80 {
            unsafe position += 1
            value = UInt32(first)
        } else {
            value = try unsafe varint32()
        }
        guard value >= 8 else { throw .invalidFieldNumber }
        return (value >> 3, UInt8(truncatingIfNeeded: value & 7))
    }

    /// A length that does not reach past the end.
    @inline(__always)
    mutating func length() throws(ProtobufError) -> Int {
        guard unsafe position < end else { throw .truncated }
        let value: UInt32
        let first = unsafe position.pointee
        if first < 0x80 {
            unsafe position += 1
            value = UInt32(first)
        } else {
            value = try unsafe varint32()
        }
        guard unsafe Int(value) <= left else { throw .truncated }
        return Int(value)
    }

    @inline(__always)
    mutating func skip(_ count: Int) throws(ProtobufError) {
        guard unsafe count <= left else { throw .truncated }
        unsafe position += count
    }

    /// Passes over a varint of at most ten bytes.
    @inline(__always)
    mutating func skipVarint() throws(ProtobufError) {
        guard unsafe position < end else { throw .truncated }
        if unsafe position.pointee < 0x80 {
            unsafe position += 1
        } else {
            try unsafe skipLongVarint()
        }
    }

    private mutating func skipLongVarint() throws(ProtobufError) {
        for count in 0..<10 {
            guard unsafe count < left else { throw .truncated }
            if unsafe position[count] < 0x80 {
                unsafe position += count + 1
                return
            }
        }
        throw .malformedVarint
    }

    private mutating func varint32() throws(ProtobufError) -> UInt32 {
        var value: UInt64 = 0
        for count in 0..<5 {
            guard unsafe count < left else { throw .truncated }
            let byte = unsafe position[count]
            value |= UInt64(byte & 0x7F) << UInt64(7 * count)
            if byte < 0x80 {
                unsafe position += count + 1
                guard let narrow = UInt32(exactly: value) else { throw .malformedVarint }
                return narrow
            }
        }
        throw .malformedVarint
    }

    /// Passes over a value of this wire type; a group up to and with its end, at most `depth` groups in one another.
    mutating func skipValue(number: UInt32, wireType: UInt8, depth: Int, limit: Int) throws(ProtobufError) {
        switch wireType {
        case 0: try unsafe skipVarint()
        case 1: try unsafe skip(8)
        case 2:
            let count = try unsafe length()
            try unsafe skip(count)
        case 3: try unsafe skipGroup(number: number, depth: depth, limit: limit)
        case 5: try unsafe skip(4)
        default: throw .invalidWireType
        }
    }

    private mutating func skipGroup(number: UInt32, depth: Int, limit: Int) throws(ProtobufError) {
        guard depth > 0 else { throw .nestingTooDeep(limit: limit) }
        while unsafe !isAtEnd {
            let (inner, wireType) = try unsafe tag()
            if wireType == 4 {
                guard inner == number else { throw .invalidWireType }
                return
            }
            try unsafe skipValue(number: inner, wireType: wireType, depth: depth - 1, limit: limit)
        }
        throw .truncated
    }
}
