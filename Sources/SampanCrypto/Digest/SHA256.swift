internal import COpenSSL

/// SHA-256 (FIPS 180-4). The algorithm is fetched once: asking for it by name each time costs two and a half times as much.
package enum SHA256 {
    package static let byteCount = 32

    // Made once, only read afterwards and never freed; nil when OpenSSL did not start.
    nonisolated(unsafe) static let algorithm: OpaquePointer? = unsafe OpenSSLLibrary.isReady ? EVP_MD_fetch(nil, "SHA256", nil) : nil

    /// The digest of `bytes`, 32 bytes. Throws only when OpenSSL is out of memory. Any thread.
    package static func hash(_ bytes: Span<UInt8>) throws(CryptoError) -> [UInt8] {
        ErrorQueue.clear()
        var digest = [UInt8](repeating: 0, count: byteCount)
        var count: UInt32 = 0
        let done = unsafe bytes.withUnsafeBytes { unsafe EVP_Digest($0.baseAddress, $0.count, &digest, &count, algorithm, nil) }
        guard done == 1, count == byteCount else { throw .openSSL(.library, "SHA-256 failed") }
        return digest
    }

    package static func hash(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        try hash(bytes.span)
    }
}
