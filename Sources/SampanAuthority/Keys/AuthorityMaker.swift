internal import SampanCrypto
internal import SampanDomain
internal import SampanMesh

/// Makes roots and issuers: key and certificate, the key's file first. Everything here blocks.
struct AuthorityMaker: Sendable {
    let trustDomain: String
    let organization: String?
    let configuration: AuthorityConfiguration
    let keys: AuthorityKeys

    /// The first root and the first issuer. Throws `refused` for what is no trust domain, before anything is written.
    func makeFirst(at now: UnixTime) throws(AuthorityError) -> (root: AuthorityCertificate, issuer: AuthorityCertificate) {
        guard TrustDomainName.isValid(trustDomain) else { throw .refused(.wrongDomain(trustDomain)) }
        let root = try makeRoot(at: now)
        return (try named(root.certificate, parent: root.certificate), try makeIssuer(under: root, at: now))
    }

    /// What `prepare` brings, under the root of today. Throws `rootAsleep`, `crypto`, `files`.
    func makeMaterial(_ kind: Rollover.Kind, _ state: AuthorityState, at now: UnixTime) throws(AuthorityError) -> RolloverMaterial {
        guard let active = state.activeRoot else { throw .refused(.notFounded) }
        guard keys.canWakeRoot else { throw .rootAsleep }
        let old = try keys.authority(active)
        guard kind == .root else { return RolloverMaterial(root: nil, issuer: try makeIssuer(under: old, at: now), bridge: nil) }
        let root = try makeRoot(at: now)
        let life = configuration.rootLife
        let bridge = try AuthorityError.crypto { () throws(CryptoError) in
            try old.bridge(to: root.certificate, validity: CertificateValidity(from: now.seconds, lasting: life))
        }
        let issuer = try makeIssuer(under: root, at: now)
        return RolloverMaterial(root: try named(root.certificate, parent: root.certificate), issuer: issuer, bridge: bridge.der)
    }

    private func makeRoot(at now: UnixTime) throws(AuthorityError) -> CertificateAuthority {
        let root = try AuthorityError.crypto { () throws(CryptoError) in
            let key = try PrivateKey.generate()
            return try CertificateAuthority.selfSigned(
                subject: try name("root"), key: key, validity: CertificateValidity(from: now.seconds, lasting: configuration.rootLife),
                trustDomain: trustDomain)
        }
        try keys.keep(root.key, root.certificate.subjectKeyID, .root)
        return root
    }

    private func makeIssuer(under root: CertificateAuthority, at now: UnixTime) throws(AuthorityError) -> AuthorityCertificate {
        let (key, certificate) = try AuthorityError.crypto { () throws(CryptoError) in
            let key = try PrivateKey.generate()
            let certificate = try root.issue(
                .issuing(trustDomain: trustDomain), subject: try name("issuing CA"), key: key,
                validity: CertificateValidity(from: now.seconds, lasting: configuration.issuerLife))
            return (key, certificate)
        }
        try keys.keep(key, certificate.subjectKeyID, .working)
        return try named(certificate, parent: root.certificate)
    }

    /// Every authority has a name of its own: 32 random bits tell two of one kind apart, for people and for path building by name.
    private func name(_ what: String) throws(CryptoError) -> DistinguishedName {
        DistinguishedName(organization: organization, commonName: "Sampan \(what) \(Hexadecimal.text(try RandomBytes.make(4)))")
    }

    private func named(_ certificate: Certificate, parent: Certificate) throws(AuthorityError) -> AuthorityCertificate {
        guard let end = certificate.validity?.notAfter else {
            throw .crypto(CryptoError(.badDER, "the certificate that was made has no end"))
        }
        return try AuthorityError.epoch { () throws(EpochError) in
            try AuthorityCertificate(
                certificate: certificate.der, keyID: certificate.subjectKeyID, parentKeyID: parent.subjectKeyID,
                endsAt: UnixTime(nanoseconds: end.multipliedReportingOverflow(by: 1_000_000_000).partialValue))
        }
    }
}
