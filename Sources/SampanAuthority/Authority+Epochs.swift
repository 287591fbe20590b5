package import SampanAPI
internal import SampanCrypto
internal import SampanDomain
internal import SampanMesh
internal import SampanRPC
internal import Synchronization

/// Signing of epochs, and the certificate that does it.
extension Authority {
    /// The domain of the signature: `SignedEpoch.signaturePrefix` without the zero byte that every domain ends with.
    static let signatureDomain = "sampan trust epoch v1"

    /// An epoch, signed by the signer of today and with all bridges; 0 for the newest. Throws `noEpoch`, `journal`, `crypto`, `storage`.
    package func signedEpoch(_ asked: UInt64) async throws(AuthorityError) -> TrustV1.SignedTrustEpoch {
        let newest = state.epochNumber
        let number = asked == 0 ? newest : asked
        guard number <= newest else { throw .noEpoch(number) }
        let signer = try await usableSigner()
        let fingerprint = signer.certificate.fingerprint
        if let kept = signed.epoch(number, signer: fingerprint, newest: newest) { return kept }
        let epoch = try await store.withEpoch(number) { bytes, state in
            guard let issuer = state.issuerCertificates.first(where: { $0.keyID == signer.issuerKeyID }) else {
                throw AuthorityError.keyMissing(Hexadecimal.text(signer.issuerKeyID))
            }
            let signature = try AuthorityError.crypto { () throws(CryptoError) in
                try DetachedSignature.sign(try SignatureDomain(Self.signatureDomain), bytes, key: signer.key)
            }
            let chain = SignerChain.make(signer.certificate, issuer: issuer, state)
            return TrustV1.SignedTrustEpoch(epoch: bytes, signature: signature, signerChain: chain)
        }
        signed.keep(epoch, number, signer: fingerprint, newest: newest)
        return epoch
    }

    /// Makes another signer when it is time. Called by `serve`, and after every step of a rollover.
    func renewSignerIfDue() async throws(AuthorityError) {
        if let signer = signer.withLock({ $0 }), !signer.isDue(state, at: clock.wall()) { return }
        try await openKeys()
        let (state, now) = (state, clock.wall())
        let made = try await store.blocking { [self] in
            // Another process may have made one.
            if let kept = keptSigner(), !kept.isDue(state, at: now) { return kept }
            return try makeSigner(state, now)
        }
        signer.withLock { $0 = made }
    }

    private func usableSigner() async throws(AuthorityError) -> EpochSigner {
        if let signer = signer.withLock({ $0 }), signer.isUsable(state, at: clock.wall()) { return signer }
        try await renewSignerIfDue()
        guard let signer = signer.withLock({ $0 }) else { throw .keyMissing("epoch signer") }
        return signer
    }

    /// What lies on the disk; nil when there is none, or it cannot be used. Blocks.
    private func keptSigner() -> EpochSigner? {
        guard let certificate = (try? CredentialFile.certificates(folder.signerCertificate))?.first,
            let key = try? keys.open(certificate.subjectKeyID, .working), certificate.matches(key)
        else { return nil }
        return EpochSigner(certificate: certificate, key: key)
    }

    /// The key first, then the certificate that names it. Blocks.
    private func makeSigner(_ state: AuthorityState, _ now: UnixTime) throws(AuthorityError) -> EpochSigner {
        guard let active = state.activeIssuer else { throw .refused(.notFounded) }
        let issuer = try keys.authority(active)
        let name: PeerIdentity
        do throws(PeerIdentityError) {
            name = try PeerIdentity(
                trustDomain: state.trustDomain, role: .platform, institution: configuration.signerInstitution,
                node: configuration.signerNode)
        } catch {
            throw .invalid(field: "signer", "the epoch signer's institution or node is not one")
        }
        let life = configuration.signerLife
        let (key, certificate) = try AuthorityError.crypto { () throws(CryptoError) in
            let key = try PrivateKey.generate()
            let certificate = try issuer.issue(
                .epochSigner(names: SubjectAlternativeNames(uris: [name.uri])),
                subject: DistinguishedName(commonName: "Sampan epoch signer"), key: key,
                validity: CertificateValidity(from: now.seconds, lasting: life))
            return (key, certificate)
        }
        try keys.keep(key, certificate.subjectKeyID, .working)
        let pem = try AuthorityError.crypto { () throws(CryptoError) in try certificate.pem() }
        let path = folder.signerCertificate
        try AuthorityError.files { () throws(TrustError) in try WholeFile.write(pem, to: path, mode: 0o644, overwrite: true) }
        return EpochSigner(certificate: certificate, key: key)
    }
}
