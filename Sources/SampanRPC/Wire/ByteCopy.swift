extension Array<UInt8> {
    /// Appends a part of a span with one copy. The only unsafe file of this target: the standard library has no bulk
    /// append from a span yet, and a loop over bytes would cost more than the rest of a call.
    mutating func append(copying data: RawSpan, from offset: Int, count: Int) {
        guard count > 0 else { return }
        precondition(offset >= 0 && offset + count <= data.byteCount, "a copy outside of its span")
        unsafe data.withUnsafeBytes { bytes in
            unsafe append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
        }
    }
}

extension RawSpan {
    /// One byte; bounds are checked.
    func byte(at offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < byteCount, "a byte outside of its span")
        return unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}

extension Span<UInt8> {
    /// Up to eight bytes from `offset` on as one word, the first byte lowest; bounds are checked.
    func word(at offset: Int, count: Int) -> UInt64 {
        precondition(offset >= 0 && count >= 0 && count <= 8 && offset + count <= self.count, "a word outside of its span")
        return unsafe withUnsafeBytes { bytes in
            if count == 8 { return unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
            var word: UInt64 = 0
            for index in 0..<count { word |= unsafe UInt64(bytes[offset + index]) << UInt64(index * 8) }
            return word
        }
    }
}
