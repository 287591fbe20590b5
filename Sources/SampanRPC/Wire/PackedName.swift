/// A name of at most 24 bytes as three words: heads are taken apart for every call, and comparing words touches no memory
/// that has to be retained.
struct PackedName: Equatable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    /// Bytes, 0 to `capacity`.
    let count: Int

    /// Longest name that fits.
    static let capacity = 24

    /// The first `count` bytes of a span; the caller has checked that there are as many, and at most `capacity`.
    init(_ bytes: Span<UInt8>, count: Int) {
        self.count = count
        first = bytes.word(at: 0, count: min(count, 8))
        if count > 8 { second = bytes.word(at: 8, count: min(count - 8, 8)) }
        if count > 16 { third = bytes.word(at: 16, count: count - 16) }
    }

    /// For names that stand in the source.
    init(_ text: String) {
        count = text.utf8.count
        precondition(count <= Self.capacity, "a name of more than \(Self.capacity) bytes")
        for (index, byte) in text.utf8.enumerated() { append(byte, at: index) }
    }

    @inline(__always)
    private mutating func append(_ byte: UInt8, at index: Int) {
        let bits = UInt64(byte) << UInt64((index & 7) * 8)
        switch index >> 3 {
        case 0: first |= bits
        case 1: second |= bits
        default: third |= bits
        }
    }
}

extension Span<UInt8> {
    /// Whether the span is this text, all of it.
    func equals(_ name: PackedName) -> Bool {
        count == name.count && PackedName(self, count: count) == name
    }

    func starts(with name: PackedName) -> Bool {
        count >= name.count && PackedName(self, count: name.count) == name
    }
}
