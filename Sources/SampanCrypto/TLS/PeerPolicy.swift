internal import COpenSSL

/// The rules one context puts to its peers; immutable, owned by the context, used by OpenSSL's callbacks.
final class PeerPolicy: Sendable {
    let role: TLSRole
    let expectedTrustDomain: String?
    /// ALPN's list as it goes over the wire (RFC 7301 §3.1).
    let protocols: [UInt8]
    /// Of this context.
    let verified: VerifiedChains
    private let admitsNamelessPeers: Bool
    private let verdict: (@Sendable (PeerCertificate) -> PeerVerdict)?

    init(_ configuration: TLSConfiguration) throws(CryptoError) {
        role = configuration.role
        expectedTrustDomain = configuration.expectedTrustDomain
        verified = VerifiedChains(
            verificationTime: configuration.verificationTime,
            bridgedRoots: configuration.role == .client ? configuration.trustRoots : nil)
        admitsNamelessPeers = configuration.admitsNamelessPeers
        verdict = configuration.verdict
        var protocols: [UInt8] = []
        for name in configuration.applicationProtocols {
            guard let count = UInt8(exactly: name.utf8.count), count > 0 else {
                throw CryptoError(.badLength, "an ALPN name has 1 to 255 bytes")
            }
            protocols.append(count)
            protocols.append(contentsOf: name.utf8)
        }
        self.protocols = protocols
    }

    /// Judges a leaf whose chain and dates OpenSSL has verified, by way of `issuers`. Returns the peer (nil for a nameless one that is let
    /// in), or the refusal and the X509_V code that chooses the alert.
    func judge(_ leaf: Certificate, _ issuers: [ChainMember], _ record: HandshakeRecord) -> Result<PeerCertificate?, Refusal> {
        if leaf.isAuthority {
            return .failure(Refusal(.authorityAsPeer, "the peer shows an authority's certificate", X509_V_ERR_INVALID_PURPOSE))
        }
        let purpose: CertificatePurposes = role == .server ? .client : .server
        guard leaf.purposes.contains(purpose) else {
            return .failure(Refusal(.wrongPurpose, "the extended key usage is missing", X509_V_ERR_INVALID_PURPOSE))
        }
        if admitsNamelessPeers, leaf.alternativeNames?.uris.isEmpty == true { return .success(nil) }
        guard let peer = PeerCertificate(leaf, issuers: issuers) else {
            return .failure(Refusal(.badPeerName, "not exactly one URI name", X509_V_ERR_CERT_REJECTED))
        }
        if let expectedTrustDomain, peer.trustDomain != expectedTrustDomain {
            let detail = "\(peer.uri) is not in trust domain \(expectedTrustDomain)"
            return .failure(Refusal(.wrongTrustDomain, detail, X509_V_ERR_CERT_REJECTED))
        }
        let verdict = verdict?(peer) ?? .admitted
        if case .revoked(let why) = verdict {
            return .failure(Refusal(.certificateRevoked, "\(peer.uri): \(why)", X509_V_ERR_CERT_REVOKED))
        }
        guard verdict == .admitted, record.expecting?(peer) ?? true else {
            return .failure(Refusal(.refusedByPolicy, "\(peer.uri) is not accepted", X509_V_ERR_CERT_REJECTED))
        }
        return .success(peer)
    }

    /// Where our best protocol stands in a client's list (RFC 7301 §3.1: a length byte, then the name); nil when none does.
    func pick(from offered: [UInt8]) -> Range<Int>? {
        let theirs = Self.names(in: offered)
        for own in Self.names(in: protocols) {
            if let match = theirs.first(where: { offered[$0].elementsEqual(protocols[own]) }) { return match }
        }
        return nil
    }

    private static func names(in list: [UInt8]) -> [Range<Int>] {
        var names: [Range<Int>] = []
        var index = 0
        while index < list.count {
            let end = index + 1 + Int(list[index])
            guard end > index + 1, end <= list.count else { return [] }
            names.append(index + 1..<end)
            index = end
        }
        return names
    }

    struct Refusal: Error {
        let error: TLSError
        /// An X509_V_ERR code; OpenSSL derives the alert from it.
        let code: Int32

        init(_ reason: TLSError.Reason, _ detail: String, _ code: Int32) {
            error = TLSError(reason, detail)
            self.code = code
        }
    }
}
