internal import COpenSSL
internal import Glibc
internal import Synchronization

/// Chains of certificates that were verified against the roots of one TLS context: a peer that connects again is not verified again.
///
/// What is left out is only what must come out the same: the signatures of the very same bytes under the very same roots. The roots of
/// a context never change; other trust is another context, which begins empty. Dates are looked at every time, and so is everything
/// that our own policy asks, revocation among it. A fifth of the server's cost of a handshake.
final class VerifiedChains: Sendable {
    /// By the digests of everything that the peer has shown, the leaf first: when all of it is valid together.
    private let windows = Mutex<[[UInt8]: CertificateValidity]>([:])
    /// Unix seconds to verify at in place of the clock's.
    private let fixedTime: Int64?

    /// Chains that are kept; one more, and all are forgotten. 1,024: the nodes of a region; each takes some 150 bytes.
    static let capacity = 1_024
    /// Certificates of a chain that is kept: longer ones are verified each time.
    private static let longestChain: Int32 = 4

    init(verificationTime: Int64?) { fixedTime = verificationTime }

    /// Whether the chain of this handshake is good: by memory, or else by OpenSSL, whose error is then in the store.
    func verify(_ store: OpaquePointer) -> Bool {
        guard let key = unsafe key(store) else { return unsafe X509_verify_cert(store) == 1 }
        if isKnown(key, at: fixedTime ?? Int64(time(nil))) { return true }
        guard unsafe X509_verify_cert(store) == 1 else { return false }
        if let window = unsafe window(store) { remember(key, window) }
        return true
    }

    /// Whether these bytes were verified before, and are valid at a time in Unix seconds.
    func isKnown(_ key: [UInt8], at now: Int64) -> Bool {
        windows.withLock { $0[key] }?.contains(now) ?? false
    }

    func remember(_ key: [UInt8], _ window: CertificateValidity) {
        windows.withLock { windows in
            if windows.count >= Self.capacity { windows.removeAll() }
            windows[key] = window
        }
    }

    /// Chains that are kept now.
    var count: Int { windows.withLock { $0.count } }

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
            guard let certificate = unsafe COpenSSL_X509_at(shown, index), unsafe append(certificate, to: &key) else { return nil }
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

    /// When all certificates of the chain that OpenSSL has built are valid together.
    private func window(_ store: OpaquePointer) -> CertificateValidity? {
        let chain = unsafe X509_STORE_CTX_get0_chain(store)
        var (notBefore, notAfter) = (Int64.min, Int64.max)
        let count = unsafe COpenSSL_X509_count(chain)
        for index in 0..<count {
            guard let pointer = unsafe COpenSSL_X509_at(chain, index), unsafe X509_up_ref(pointer) == 1,
                let validity = unsafe Certificate(adopting: pointer).validity
            else { return nil }
            notBefore = max(notBefore, validity.notBefore)
            notAfter = min(notAfter, validity.notAfter)
        }
        return CertificateValidity(notBefore: notBefore, notAfter: notAfter)
    }
}
