internal import COpenSSL

/// Arrays that held a secret.
package enum SecretBytes {
    /// Overwrites the bytes and empties the array. Only this array's own storage is wiped: a copy that was made of it keeps the secret.
    package static func wipe(_ bytes: inout [UInt8]) {
        unsafe bytes.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
        bytes.removeAll()
    }
}
