internal import SampanCrypto
internal import SampanMesh
internal import SampanDomain

/// What signs epochs: a certificate of the epoch-signing purpose, its key, and who issued it.
struct EpochSigner: Sendable {
    let certificate: Certificate
    let key: PrivateKey

    var issuerKeyID: [UInt8] { certificate.issuerKeyID }

    /// Whether nodes believe it: it is valid, and the newest epoch names its issuer.
    func isUsable(_ state: AuthorityState, at now: UnixTime) -> Bool {
        certificate.validity?.contains(now.seconds) == true && state.names(issuer: issuerKeyID)
    }

    /// Whether another should take its place: 2/3 of its life are over, or its issuer does not sign any more.
    func isDue(_ state: AuthorityState, at now: UnixTime) -> Bool {
        guard let validity = certificate.validity, state.activeIssuer?.keyID == issuerKeyID else { return true }
        return now.seconds >= validity.notAfter - (validity.notAfter - validity.notBefore) / 3
    }
}
