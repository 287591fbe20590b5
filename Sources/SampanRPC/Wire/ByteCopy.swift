internal import Glibc

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
    /// A copy of the bytes.
    package var copied: [UInt8] {
        unsafe withUnsafeBytes { unsafe Array($0) }
    }

    /// One byte; bounds are checked.
    func byte(at offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < byteCount, "a byte outside of its span")
        return unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// Eight bytes as a big-endian word; bounds are checked.
    func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset + 8 <= byteCount, "a word outside of its span")
        return unsafe UInt64(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}

extension Span<UInt8> {
    /// Whether the span is this text, all of it. With a literal on the right this is a comparison of one to three words.
    @inline(__always)
    func equals(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && starts(with: text)
    }

    @inline(__always)
    func starts(with text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard count >= length else { return false }
        return unsafe withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return length == 0 }
            return unsafe memcmp(start, text.utf8Start, length) == 0
        }
    }

    func equals(_ bytes: [UInt8]) -> Bool {
        guard count == bytes.count else { return false }
        return unsafe withUnsafeBytes { left in
            unsafe bytes.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return unsafe memcmp(left, right, bytes.count) == 0
            }
        }
    }

    /// A copy of the bytes.
    var copied: [UInt8] {
        unsafe withUnsafeBufferPointer { unsafe Array($0) }
    }
}
