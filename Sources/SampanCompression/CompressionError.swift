/// Why bytes could not be compressed or inflated.
package enum CompressionError: Error, Sendable, Hashable {
    /// The content is larger than `limit` bytes.
    case tooLarge(limit: Int)
    /// The bytes are not one whole gzip member: cut, damaged, with something behind it, or lying about its size.
    case malformed
    case outOfMemory
}
