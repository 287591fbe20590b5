extension Array<UInt8> {
    /// Appends a part of a span with one copy. The only unsafe lines of this target: the standard library has no bulk
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
