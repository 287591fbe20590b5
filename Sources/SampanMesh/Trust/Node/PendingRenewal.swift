internal import SampanCrypto
internal import SampanRPC

/// A key of which a certificate was asked for. Asked again under the same name with the same bytes, as long as the answer may have been
/// lost.
struct PendingRenewal: Sendable {
    let requestID: String
    let key: PrivateKey
    /// PKCS #10 (DER).
    let request: [UInt8]

    /// A new key. The names in the request are the node's own: what the certificate will say is the authority's decision.
    init(for identity: PeerIdentity, requestID: String) throws(CryptoError) {
        self.requestID = requestID
        key = try PrivateKey.generate()
        request = try CertificateRequest.make(
            subject: DistinguishedName(commonName: identity.node), names: SubjectAlternativeNames(uris: [identity.uri]), key: key
        ).der
    }

    /// The certificate chain that was answered, with the key. Throws for one that is no certificate, or another key's.
    func identity(_ chain: [[UInt8]]) throws(CryptoError) -> TLSIdentity {
        try TLSIdentity(chain: Certificate.list(chain), key: key)
    }
}
