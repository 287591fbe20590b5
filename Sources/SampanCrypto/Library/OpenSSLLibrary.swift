internal import COpenSSL

/// The one-time start of OpenSSL.
package enum OpenSSLLibrary {
    /// True once the library is ready; every owner of an OpenSSL object touches it first.
    ///
    /// No configuration file: what a node trusts and speaks is said by this code alone, and the start is three times faster. No
    /// clean-up at exit: a loop's thread may still be in the library then.
    static let isReady: Bool = OPENSSL_init_ssl(
        UInt64(OPENSSL_INIT_NO_LOAD_CONFIG) | UInt64(OPENSSL_INIT_NO_ATEXIT), nil) == 1

    /// Makes OpenSSL fill its lazy tables (two to five milliseconds), so that the first peer's handshake does not wait for them.
    /// Called once at start-up, from any thread.
    package static func warmUp() throws(CryptoError) {
        let key = try PrivateKey.generate()
        let name = DistinguishedName(commonName: "warm-up")
        _ = try CertificateAuthority.selfSigned(
            subject: name, key: key, validity: CertificateValidity(notBefore: 0, notAfter: 1))
        // Reading a request decodes a public key and verifies a signature, as a handshake does.
        let request = try CertificateRequest.make(subject: name, names: SubjectAlternativeNames(), key: key)
        _ = try CertificateRequest(der: request.der)
    }
}
