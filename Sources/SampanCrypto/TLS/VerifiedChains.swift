internal import COpenSSL
internal import Glibc
internal import Synchronization

/// Chains of certificates that were verified against the roots of one TLS context: a peer that connects again is not verified again.
///
/// What is left out is only what must come out the same: the signatures of the very same bytes under the very same roots. The roots of
/// a context never change; other trust is another context, which begins empty. Dates are looked at every time, and so is everything
/// that our own policy asks, revocation among it. A fifth of the server's cost of a handshake.
final class VerifiedChains: Sendable {
    private struct Known {
        /// When all of the chain is valid together.
        let window: CertificateValidity
        let issuers: [ChainMember]
    }
    private struct Memory {
        /// By the digests of everything that the peer has shown, the leaf first.
        var chains: [[UInt8]: Known] = [:]
        /// Each list of issuers once, for every chain and connection that has it.
        var issuers: Set<[ChainMember]> = []
    }

    private let memory = Mutex(Memory())
    /// Unix seconds to verify at in place of the clock's.
    private let fixedTime: Int64?
    /// Of a client: its server may be of a newer root, and shows the bridges that lead there. Nil for a server, where that is not followed.
    private let bridgedRoots: [Certificate]?

    /// Chains that are kept; one more, and all are forgotten. 1,024: the nodes of a region; each takes some 150 bytes.
    static let capacity = 1_024
    /// Certificates of a chain that is kept: longer ones are verified each time.
    private static let longestChain: Int32 = 4

    init(verificationTime: Int64?, bridgedRoots: [Certificate]? = nil) {
        fixedTime = verificationTime
        self.bridgedRoots = bridgedRoots
    }

    /// Whether the chain of this handshake is good, by memory or else by OpenSSL, whose error is then in the store: the issuers between
    /// leaf and root if it is, nil if not.
    func verify(_ store: OpaquePointer) -> [ChainMember]? {
        let key = unsafe key(store)
        if let key, let issuers = issuers(of: key, at: fixedTime ?? Int64(time(nil))) { return issuers }
        guard let chain = unsafe X509_verify_cert(store) == 1 ? VerifiedChain(store) : bridged(store) else { return nil }
        let issuers = share(chain.issuers)
        if let key { remember(key, chain.validity, issuers) }
        return issuers
    }

    /// What OpenSSL says of a chain that ends in no known root, or only over more bridges than a chain may have.
    private static let roadless = [
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
        X509_V_ERR_CERT_CHAIN_TOO_LONG, X509_V_ERR_PATH_LENGTH_EXCEEDED,
    ]

    /// The chain over bridges of a peer whose root is not known; nil, with the store's error as it was, where none leads to it.
    private func bridged(_ store: OpaquePointer) -> VerifiedChain? {
        let code = unsafe X509_STORE_CTX_get_error(store)
        guard let bridgedRoots, Self.roadless.contains(code),
            let leaf = unsafe certificate(X509_STORE_CTX_get0_cert(store))
        else { return nil }
        let shown = unsafe X509_STORE_CTX_get0_untrusted(store)
        var others: [Certificate] = []
        for index in 0..<min(unsafe COpenSSL_X509_count(shown), Int32(ChainVerifier.intermediateLimit)) {
            if let other = unsafe certificate(COpenSSL_X509_at(shown, index)), other != leaf { others.append(other) }
        }
        let now = fixedTime ?? Int64(time(nil))
        let crossed = BridgeCrossing.crossed(others, from: bridgedRoots, at: now)
        guard !crossed.isEmpty, let verifier = try? ChainVerifier(roots: bridgedRoots, anchors: crossed),
            let chain = try? verifier.verify(leaf, intermediates: others.filter { !crossed.contains($0) }, at: now, for: .server)
        else { return nil }
        unsafe X509_STORE_CTX_set_error(store, X509_V_OK)
        return chain
    }

    private func certificate(_ pointer: OpaquePointer?) -> Certificate? {
        guard let pointer = unsafe pointer, unsafe X509_up_ref(pointer) == 1 else { return nil }
        return unsafe Certificate(adopting: pointer)
    }

    /// The issuers of bytes that were verified before and are valid at a time in Unix seconds; nil for others.
    func issuers(of key: [UInt8], at now: Int64) -> [ChainMember]? {
        memory.withLock { memory in
            guard let known = memory.chains[key], known.window.contains(now) else { return nil }
            return known.issuers
        }
    }

    func remember(_ key: [UInt8], _ window: CertificateValidity, _ issuers: [ChainMember]) {
        memory.withLock { memory in
            if memory.chains.count >= Self.capacity { memory.chains.removeAll() }
            memory.chains[key] = Known(window: window, issuers: issuers)
        }
    }

    /// The same list, in the storage of the first that was equal to it.
    func share(_ issuers: [ChainMember]) -> [ChainMember] {
        memory.withLock { memory in
            if memory.issuers.count >= Self.capacity { memory.issuers.removeAll() }
            return memory.issuers.insert(issuers).memberAfterInsert
        }
    }

    /// Chains that are kept now.
    var count: Int { memory.withLock { $0.chains.count } }

    /// Digests of what the peer has shown; nil for what is not kept.
    private func key(_ store: OpaquePointer) -> [UInt8]? {
        guard let leaf = unsafe X509_STORE_CTX_get0_cert(store) else { return nil }
        let shown = unsafe X509_STORE_CTX_get0_untrusted(store)
        let count = unsafe COpenSSL_X509_count(shown)
        guard count <= Self.longestChain else { return nil }
        var key: [UInt8] = []
        key.reserveCapacity(32 * (1 + Int(count)))
        guard unsafe append(leaf, to: &key) else { return nil }
        for index in 0..<count {
            guard let certificate = unsafe COpenSSL_X509_at(shown, index) else { return nil }
            // libssl has the leaf here as well: at the front, the same object.
            if index == 0, certificate == leaf { continue }
            guard unsafe append(certificate, to: &key) else { return nil }
        }
        return key
    }

    private func append(_ certificate: OpaquePointer, to key: inout [UInt8]) -> Bool {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(EVP_MAX_MD_SIZE)) { digest in
            var count: UInt32 = 0
            guard unsafe X509_digest(certificate, EVP_sha256(), digest.baseAddress, &count) == 1, count == 32 else {
                ErrorQueue.clear()
                return false
            }
            unsafe key.append(contentsOf: digest.prefix(32))
            return true
        }
    }
}
