internal import COpenSSL

/// Roots in an X509_STORE.
enum TrustStore {
    /// Adds the roots. Throws `notAnAuthority` for one that is no authority.
    static func add(_ roots: [Certificate], to store: OpaquePointer?) throws(CryptoError) {
        for root in roots {
            guard root.isAuthority else { throw CryptoError(.notAnAuthority, "a trusted root is not an authority") }
            guard unsafe X509_STORE_add_cert(store, root.pointer) == 1 else {
                throw .openSSL(.library, "a trusted root could not be added")
            }
        }
    }
}
