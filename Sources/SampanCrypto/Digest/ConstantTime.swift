internal import COpenSSL

/// Comparison whose time tells nothing about where two secrets differ.
package enum ConstantTime {
    /// True when both have the same bytes. Their lengths are not secret.
    package static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe CRYPTO_memcmp(left, right, left.count) == 0
    }
}
