internal import COpenSSL

/// Bytes nobody can guess, for keys, tokens and nonces.
package enum RandomBytes {
    /// `count` bytes, 0 to 2^31 - 1, from OpenSSL's generator. Throws when the system gives no entropy. Any thread.
    package static func make(_ count: Int) throws(CryptoError) -> [UInt8] {
        ErrorQueue.clear()
        guard let length = Int32(exactly: count), length >= 0 else { throw CryptoError(.badLength, "no such number of random bytes") }
        var bytes = [UInt8](repeating: 0, count: count)
        guard OpenSSLLibrary.isReady, unsafe RAND_bytes(&bytes, length) == 1 else {
            throw .openSSL(.library, "no random bytes")
        }
        return bytes
    }
}
