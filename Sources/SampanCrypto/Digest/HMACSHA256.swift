internal import COpenSSL

/// HMAC with SHA-256 (RFC 2104).
package enum HMACSHA256 {
    /// The code of `bytes`, 32 bytes. Compare it with `ConstantTime.equal`. Throws only when OpenSSL is out of memory. Any thread.
    package static func authenticate(_ bytes: [UInt8], key: [UInt8]) throws(CryptoError) -> [UInt8] {
        ErrorQueue.clear()
        guard let keyCount = Int32(exactly: key.count), let algorithm = unsafe SHA256.algorithm else {
            throw CryptoError(.badLength, "the HMAC key is too long")
        }
        var code = [UInt8](repeating: 0, count: SHA256.byteCount)
        var count: UInt32 = 0
        // An empty array's base address may be nil, which HMAC takes for "the key of last time".
        let made = unsafe (key.isEmpty ? [0] : key).withUnsafeBytes { key in
            unsafe HMAC(algorithm, key.baseAddress, keyCount, bytes, bytes.count, &code, &count)
        }
        guard unsafe made != nil, count == SHA256.byteCount else { throw .openSSL(.library, "HMAC failed") }
        return code
    }
}
