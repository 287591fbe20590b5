/// A key of a map as JSON writes it, in the order in which maps are written: numbers by their size, texts by their bytes.
struct PrintedKey: Hashable, Comparable {
    /// UTF-8.
    let text: [UInt8]
    /// Orders numbers; 0 for texts.
    private let rank: UInt64

    /// `value` is nil where the entry has no key, which stands for the default. Throws for a string that is not UTF-8.
    init(_ value: WireValue?, _ kind: FieldSchema.Kind, _ bytes: [UInt8]) throws(JSONError) {
        switch (kind, value) {
        case (.string, .bytes(let range)): (text, rank) = (try ScalarPrinter.text(bytes, range), 0)
        case (.string, _): (text, rank) = ([], 0)
        case (_, .varint(let bits)), (_, .fixed64(let bits)): (text, rank) = Self.number(bits, kind)
        case (_, .fixed32(let bits)): (text, rank) = Self.number(UInt64(bits), kind)
        default: (text, rank) = Self.number(0, kind)
        }
    }

    private static func number(_ bits: UInt64, _ kind: FieldSchema.Kind) -> ([UInt8], UInt64) {
        switch kind {
        case .bool: return (Array((bits == 0 ? "false" : "true").utf8), bits == 0 ? 0 : 1)
        case .uint32, .fixed32:
            let number = UInt64(UInt32(truncatingIfNeeded: bits))
            return (Array("\(number)".utf8), number)
        case .uint64, .fixed64: return (Array("\(bits)".utf8), bits)
        default: break
        }
        let number: Int64 =
            switch kind {
            case .int32, .sfixed32: Int64(Int32(truncatingIfNeeded: bits))
            case .sint32: Int64(Int32(truncatingIfNeeded: ScalarPrinter.zigzag(UInt64(UInt32(truncatingIfNeeded: bits)))))
            case .sint64: ScalarPrinter.zigzag(bits)
            default: Int64(bitPattern: bits)
            }
        // The sign bit turned, so that negative numbers come first.
        return (Array("\(number)".utf8), UInt64(bitPattern: number) ^ (1 << 63))
    }

    static func < (left: PrintedKey, right: PrintedKey) -> Bool {
        left.rank == right.rank ? left.text.lexicographicallyPrecedes(right.text) : left.rank < right.rank
    }
}
