/// One field as it stands on the wire.
struct WireField {
    /// 1 to 536,870,911.
    let number: UInt32
    let value: WireValue
}

/// What a field holds before its type is known. A length-prefixed value is a place in the bytes that were read.
enum WireValue {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(Range<Int>)
    /// Was passed over: no contract of proto3 has one.
    case group
}
