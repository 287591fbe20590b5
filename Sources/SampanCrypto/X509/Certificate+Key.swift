internal import COpenSSL

extension Certificate {
    /// The certified key; borrowed, valid as long as this object, decoded once. Nil when it cannot be decoded.
    var publicKey: OpaquePointer? {
        defer { ErrorQueue.clear() }
        return unsafe X509_get0_pubkey(pointer)
    }

    /// What kind of key is certified; nil when it cannot be decoded.
    package var keyKind: KeyKind? { unsafe publicKey.map { unsafe KeyKind(reading: $0) } }

    /// Whether both certify the same key. False when one of them cannot be decoded.
    package func certifiesSameKey(as other: Certificate) -> Bool {
        guard let own = unsafe publicKey, let theirs = unsafe other.publicKey else { return false }
        defer { ErrorQueue.clear() }
        return unsafe EVP_PKEY_eq(own, theirs) == 1
    }
}
