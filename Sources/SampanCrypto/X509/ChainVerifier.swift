internal import COpenSSL

/// Verifies certificates against some roots outside of TLS: the signers of epochs, and what a person wants looked at.
///
/// The rules are OpenSSL's for TLS (RFC 5280 §6): a chain that is good here is good in a handshake. Takes some 70 µs for each certificate
/// of the chain. Any thread.
@safe package final class ChainVerifier: @unchecked Sendable {
    // Sendable: the X509_STORE is filled in init and only read afterwards; OpenSSL locks it.
    private let store: OpaquePointer

    /// Authorities allowed between a leaf and a root: the issuing one, and a bridge while a root is being replaced.
    static let depth: Int32 = 2
    /// Most intermediates looked at: the chain takes two, and an epoch in the middle of a rollover carries a few more.
    package static let intermediateLimit = 64
    /// OpenSSL's security level 2: keys and digests of 112 bits of strength, RSA of 2,048 bits.
    private static let securityLevel: Int32 = 2

    /// Throws `notAnAuthority` for a root that is none. No roots verify nothing.
    ///
    /// - Parameter anchors: authorities that were verified by such roots before, and at which a chain may end though they are not
    ///   self-signed; dates are looked at again, what stands above them is not.
    package init(roots: [Certificate], anchors: [Certificate] = []) throws(CryptoError) {
        ErrorQueue.clear()
        guard OpenSSLLibrary.isReady, let store = unsafe X509_STORE_new() else { throw .openSSL(.library, "no store") }
        unsafe self.store = store
        try unsafe TrustStore.add(roots + anchors, to: store)
        if !anchors.isEmpty { unsafe X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN)) }
    }

    deinit {
        unsafe X509_STORE_free(store)
    }

    /// Builds and verifies the chain of `leaf`.
    ///
    /// - Parameters:
    ///   - intermediates: authorities that may stand between it and a root, bridges too, in any order; nothing about them is believed.
    ///   - time: seconds since 1970 at which all certificates are judged.
    package func verify(
        _ leaf: Certificate, intermediates: [Certificate], at time: Int64, for purpose: ChainPurpose
    ) throws(ChainError) -> VerifiedChain {
        ErrorQueue.clear()
        defer { ErrorQueue.clear() }
        guard intermediates.count <= Self.intermediateLimit else {
            throw ChainError(.tooLong, at: 0, "more than \(Self.intermediateLimit) intermediate certificates")
        }
        let untrusted: CertificateStack
        do { untrusted = try CertificateStack(intermediates) } catch { throw ChainError(.library, at: 0, error.detail) }
        // OpenSSL borrows the list until its context is freed.
        return try withExtendedLifetime(untrusted) { () throws(ChainError) in
            try build(leaf, untrusted, time, purpose)
        }
    }

    private func build(
        _ leaf: Certificate, _ untrusted: CertificateStack, _ time: Int64, _ purpose: ChainPurpose
    ) throws(ChainError) -> VerifiedChain {
        guard let context = unsafe X509_STORE_CTX_new() else { throw ChainError(.library, at: 0, "no context") }
        defer { unsafe X509_STORE_CTX_free(context) }
        guard unsafe X509_STORE_CTX_init(context, store, leaf.pointer, untrusted.pointer) == 1,
            unsafe X509_STORE_CTX_set_purpose(context, purpose.number) == 1, let rules = unsafe X509_STORE_CTX_get0_param(context)
        else { throw ChainError(.library, at: 0, ErrorQueue.drainText()) }
        unsafe X509_VERIFY_PARAM_set_time(rules, Int(time))
        unsafe X509_VERIFY_PARAM_set_depth(rules, Self.depth)
        unsafe X509_VERIFY_PARAM_set_auth_level(rules, Self.securityLevel)
        guard unsafe X509_verify_cert(context) == 1 else {
            let index = unsafe max(0, Int(X509_STORE_CTX_get_error_depth(context)))
            throw unsafe ChainError(code: X509_STORE_CTX_get_error(context), at: index)
        }
        return try unsafe judge(leaf, context, purpose)
    }

    private func judge(_ leaf: Certificate, _ context: OpaquePointer, _ purpose: ChainPurpose) throws(ChainError) -> VerifiedChain {
        guard purpose.accepts(leaf) else { throw ChainError(.wrongPurpose, at: 0, "the certificate is not for use as \(purpose.rawValue)") }
        guard let chain = unsafe VerifiedChain(context) else { throw ChainError(.library, at: 0, "the chain cannot be read") }
        // OpenSSL knows of TLS alone that an authority which is narrowed to some purposes vouches for no other.
        if purpose == .epochSigner, let index = unsafe narrowedIssuer(context) {
            throw ChainError(.wrongPurpose, at: index, "the issuer is for other purposes")
        }
        return chain
    }

    /// The first certificate above the leaf that has an extended key usage.
    private func narrowedIssuer(_ context: OpaquePointer) -> Int? {
        let chain = unsafe X509_STORE_CTX_get0_chain(context)
        for index in 1..<max(1, unsafe COpenSSL_X509_count(chain)) {
            guard let pointer = unsafe COpenSSL_X509_at(chain, index), unsafe X509_up_ref(pointer) == 1 else { return Int(index) }
            if unsafe Certificate(adopting: pointer).limitsPurposes { return Int(index) }
        }
        return nil
    }
}
