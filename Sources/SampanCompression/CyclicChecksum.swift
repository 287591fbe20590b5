internal import CZlib

/// The CRC-32 of gzip and zip (RFC 1952 §8), counted in pieces.
package struct CyclicChecksum: Sendable, Hashable {
    /// Of all that was added.
    package private(set) var value: UInt32 = 0

    package init() {}

    /// Adds a part of `bytes`.
    package mutating func add(_ bytes: [UInt8], _ part: Range<Int>) {
        precondition(part.lowerBound >= 0 && part.upperBound <= bytes.count, "a part outside of the bytes")
        let before = uLong(value)
        let after = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe crc32_z(before, buffer.baseAddress?.advanced(by: part.lowerBound), part.count)
        }
        value = UInt32(truncatingIfNeeded: after)
    }
}
