internal import COpenSSL

/// Settings, identity and trust shared by many connections; immutable after `init`. A new certificate, root or revocation rule is a
/// new context: old connections keep theirs. Making one takes 0.1 to 0.2 ms: not on an event loop.
@safe package final class TLSContext: @unchecked Sendable {
    // Sendable: the SSL_CTX is configured in init and only read afterwards; its counts and its store are locked by OpenSSL.
    let pointer: OpaquePointer
    let policy: PeerPolicy
    package let role: TLSRole
    /// What this side shows; nil for a client without a certificate.
    let ownCertificate: OwnCertificate?
    /// SHA-256 of the certificate that has issued the one which this side shows; nil where a root has, or none is shown.
    let shownIssuer: [UInt8]?
    let verificationTime: Int64?

    /// The best first, and a server goes by its own order. AES-128 before AES-256: it is as strong as the keys that are agreed on with
    /// X25519 and P-256, has four rounds fewer, and goes with SHA-256, for which processors have instructions and of which a handshake
    /// computes some hundred and fifty blocks.
    private static let cipherSuites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    /// Bytes of a peer's certificate message: ours are under 2 KB.
    private static let certificateMessageLimit = 32 * 1024

    /// Throws when the identity or a root cannot be used, or when an identity or the trust is missing.
    package init(_ configuration: TLSConfiguration) throws(CryptoError) {
        ErrorQueue.clear()
        let method = unsafe configuration.role == .server ? TLS_server_method() : TLS_client_method()
        guard OpenSSLLibrary.isReady, let pointer = unsafe SSL_CTX_new_ex(TLSLibrary.context, nil, method) else {
            throw .openSSL(.library, "no TLS context")
        }
        unsafe self.pointer = pointer
        role = configuration.role
        verificationTime = configuration.verificationTime
        ownCertificate = configuration.identity.map {
            OwnCertificate($0.leaf, role: configuration.role, trustDomain: configuration.expectedTrustDomain)
        }
        shownIssuer = configuration.identity.flatMap { $0.chain.count > 1 ? $0.chain[1].fingerprint : nil }
        do throws(CryptoError) {
            policy = try PeerPolicy(configuration)
        } catch {
            unsafe SSL_CTX_free(pointer)
            throw error
        }
        try applyFixedSettings()
        try applyTrust(configuration)
        try applyIdentity(configuration)
        try applyProtocols()
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }

    /// TLS 1.3 only; no resumption, because a resumed session is not checked again (openssl-notes, Revocation 2); no chain
    /// completed from the store; buffers given back between records.
    private func applyFixedSettings() throws(CryptoError) {
        unsafe COpenSSL_SSL_CTX_set_mode(pointer, Int(SSL_MODE_NO_AUTO_CHAIN | SSL_MODE_RELEASE_BUFFERS))
        unsafe COpenSSL_SSL_CTX_set_session_cache_mode(pointer, Int(SSL_SESS_CACHE_OFF))
        unsafe COpenSSL_SSL_CTX_set_max_cert_list(pointer, Self.certificateMessageLimit)
        unsafe SSL_CTX_set_options(
            pointer,
            COpenSSL_SSL_OP_NO_TICKET() | COpenSSL_SSL_OP_NO_RENEGOTIATION() | COpenSSL_SSL_OP_NO_COMPRESSION()
                | COpenSSL_SSL_OP_CIPHER_SERVER_PREFERENCE())
        guard unsafe COpenSSL_SSL_CTX_set_min_proto_version(pointer, TLS1_3_VERSION) == 1,
            unsafe COpenSSL_SSL_CTX_set_max_proto_version(pointer, TLS1_3_VERSION) == 1,
            unsafe COpenSSL_SSL_CTX_set1_groups_list(pointer, "X25519:P-256") == 1,
            unsafe SSL_CTX_set_ciphersuites(pointer, Self.cipherSuites) == 1,
            unsafe SSL_CTX_set_num_tickets(pointer, 0) == 1,
            unsafe SSL_CTX_set_max_early_data(pointer, 0) == 1
        else { throw .openSSL(.library, "TLS 1.3 could not be set") }
    }

    private func applyTrust(_ configuration: TLSConfiguration) throws(CryptoError) {
        unsafe TLSContext.installVerification(on: pointer, policy)
        unsafe SSL_CTX_set_verify_depth(pointer, ChainVerifier.depth)
        if role == .server && configuration.clientCertificates == .none {
            unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_NONE, nil)
        } else {
            guard !configuration.trustRoots.isEmpty else { throw CryptoError(.badPEM, "no trusted root is given") }
            unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
        try unsafe TrustStore.add(configuration.trustRoots, to: SSL_CTX_get_cert_store(pointer))
        if let time = configuration.verificationTime {
            unsafe X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(pointer), Int(time))
        }
    }

    private func applyIdentity(_ configuration: TLSConfiguration) throws(CryptoError) {
        guard let identity = configuration.identity else {
            guard role == .client else { throw CryptoError(.badPEM, "a server needs a certificate") }
            return
        }
        for (index, certificate) in identity.chain.enumerated() {
            let added =
                unsafe index == 0
                ? SSL_CTX_use_certificate(pointer, certificate.pointer)
                : COpenSSL_SSL_CTX_add1_chain_cert(pointer, certificate.pointer)
            guard added == 1 else { throw .openSSL(.badPEM, "certificate \(index + 1) of the chain cannot be used") }
        }
        guard unsafe SSL_CTX_use_PrivateKey(pointer, identity.key.pointer) == 1 else {
            throw .openSSL(.keyMismatch, "the private key cannot be used")
        }
    }

    private func applyProtocols() throws(CryptoError) {
        guard !policy.protocols.isEmpty else { return }
        switch role {
        case .server: unsafe TLSContext.installServerALPN(on: pointer, policy)
        case .client:
            // Zero is success here, alone in the whole library.
            guard unsafe SSL_CTX_set_alpn_protos(pointer, policy.protocols, UInt32(policy.protocols.count)) == 0 else {
                throw .openSSL(.library, "ALPN could not be set")
            }
        }
    }
}
