internal import COpenSSL

/// SHA-256 (FIPS 180-4) of bytes that come in pieces. One use: after `finish` it takes nothing more. One task at a time.
package final class SHA256Stream {
    private let context: DigestContext

    /// Throws only when OpenSSL is out of memory.
    package init() throws(CryptoError) {
        context = try DigestContext()
        guard unsafe EVP_DigestInit_ex2(context.pointer, SHA256.algorithm, nil) == 1 else { throw .openSSL(.library, "SHA-256 failed") }
    }

    package func update(_ bytes: [UInt8]) throws(CryptoError) {
        guard unsafe EVP_DigestUpdate(context.pointer, bytes, bytes.count) == 1 else { throw .openSSL(.library, "SHA-256 failed") }
    }

    /// The digest of all that came, 32 bytes.
    package func finish() throws(CryptoError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: SHA256.byteCount)
        var count: UInt32 = 0
        guard unsafe EVP_DigestFinal_ex(context.pointer, &digest, &count) == 1, count == SHA256.byteCount else {
            throw .openSSL(.library, "SHA-256 failed")
        }
        return digest
    }
}
