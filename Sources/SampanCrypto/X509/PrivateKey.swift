internal import COpenSSL

/// A private key, decoded once and kept: OpenSSL 3.0 needs 0.4 ms to read one again.
///
/// The bytes leave only as PEM, for the file that keeps them.
@safe package final class PrivateKey: @unchecked Sendable {
    // Sendable: the EVP_PKEY is never changed after init; its count and its provider's caches are locked by OpenSSL.
    let pointer: OpaquePointer

    /// Takes over one reference.
    init(adopting pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// Makes a P-256 key (26 µs) from the system's random source.
    package static func generate() throws(CryptoError) -> PrivateKey {
        guard OpenSSLLibrary.isReady, let pointer = unsafe COpenSSL_EVP_EC_gen("P-256") else {
            throw .openSSL(.library, "no P-256 key could be made")
        }
        return unsafe PrivateKey(adopting: pointer)
    }

    /// Reads an unencrypted PEM key (PKCS #8 or SEC 1). Anything but a P-256 key is refused.
    package convenience init(pem: [UInt8]) throws(CryptoError) {
        ErrorQueue.clear()
        let bio = try ReadBIO(pem)
        // The callback refuses to give a password: without one, OpenSSL would ask at the terminal.
        let read = unsafe PEM_read_bio_PrivateKey(bio.pointer, nil, { _, _, _, _ in -1 }, nil)
        guard let pointer = unsafe read else {
            throw .openSSL(.badKey, "no unencrypted private key in PEM form")
        }
        unsafe self.init(adopting: pointer)
        try unsafe KeyKind(reading: pointer).requireP256("the private key is")
    }

    /// The key as unencrypted PKCS #8 PEM, for a file that only its owner reads.
    package func pem() throws(CryptoError) -> [UInt8] {
        try unsafe WriteBIO.pem("the private key") { unsafe PEM_write_bio_PKCS8PrivateKey($0, pointer, nil, nil, 0, nil, nil) }
    }
}
