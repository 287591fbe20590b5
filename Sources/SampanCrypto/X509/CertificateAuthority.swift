internal import COpenSSL

/// A certificate that may sign others, with its key.
package struct CertificateAuthority: Sendable {
    package let certificate: Certificate
    package let key: PrivateKey

    /// Throws `notAnAuthority` or `keyMismatch`.
    package init(certificate: Certificate, key: PrivateKey) throws(CryptoError) {
        guard certificate.isAuthority else {
            throw CryptoError(.notAnAuthority, "the certificate may not sign others")
        }
        guard certificate.matches(key) else {
            throw CryptoError(.keyMismatch, "the key does not belong to the authority's certificate")
        }
        self.init(unchecked: certificate, key: key)
    }

    /// For tests that need an authority nobody should accept.
    init(unchecked certificate: Certificate, key: PrivateKey) {
        self.certificate = certificate
        self.key = key
    }

    /// Makes a root.
    package static func selfSigned(
        subject: DistinguishedName, key: PrivateKey, validity: CertificateValidity, trustDomain: String? = nil
    ) throws(CryptoError) -> CertificateAuthority {
        let builder = try unsafe CertificateBuilder(subject: subject, publicKey: key.pointer, validity: validity)
        let certificate = try builder.sign(as: .root(trustDomain: trustDomain), issuer: nil, key: key)
        return CertificateAuthority(unchecked: certificate, key: key)
    }

    /// Signs a certificate for a key made here.
    ///
    /// The validity is cut to this authority's own; throws `outsideIssuerValidity` when nothing is left.
    package func issue(
        _ profile: CertificateProfile, subject: DistinguishedName, key subjectKey: PrivateKey, validity: CertificateValidity
    ) throws(CryptoError) -> Certificate {
        unsafe try issue(profile, subject: subject, publicKey: subjectKey.pointer, validity: validity)
    }

    func issue(
        _ profile: CertificateProfile, subject: DistinguishedName, publicKey: OpaquePointer, validity: CertificateValidity
    ) throws(CryptoError) -> Certificate {
        let builder = try unsafe CertificateBuilder(subject: subject, publicKey: publicKey, validity: cut(validity))
        return try builder.sign(as: profile, issuer: certificate, key: key)
    }

    /// What is left of a validity within this authority's own.
    private func cut(_ validity: CertificateValidity) throws(CryptoError) -> CertificateValidity {
        guard let own = certificate.validity else { throw CryptoError(.badDER, "the authority's dates cannot be read") }
        guard let cut = validity.intersection(own) else {
            throw CryptoError(.outsideIssuerValidity, "the authority is not valid at any time asked for")
        }
        return cut
    }
}

extension CertificateAuthority {
    /// Certifies another root's key under its own name (a cross certificate, RFC 5280 §3.2): who trusts this root only can then verify what
    /// the other one has signed.
    ///
    /// The validity is cut to both roots' own. Throws `notAnAuthority` when `root` is no root, `unsupportedKey` unless its key is P-256,
    /// and `outsideIssuerValidity`.
    package func bridge(to root: Certificate, validity: CertificateValidity) throws(CryptoError) -> Certificate {
        guard root.isAuthority, root.isSelfIssued, let theirs = root.validity else {
            throw CryptoError(.notAnAuthority, "a bridge leads to a root, which this certificate is not")
        }
        guard let kind = root.keyKind else { throw CryptoError(.unsupportedKey, "the new root's key is of no kind known here") }
        try kind.requireP256("the new root's key is")
        guard let shared = validity.intersection(theirs) else {
            throw CryptoError(.outsideIssuerValidity, "the new root is not valid at any time asked for")
        }
        let domain = root.alternativeNames?.uris.first.flatMap { PeerCertificate.trustDomain(of: $0) }
        let builder = try CertificateBuilder(like: root, validity: cut(shared))
        return try builder.sign(as: .bridge(trustDomain: domain), issuer: certificate, key: key)
    }
}

extension CertificateAuthority {
    /// Signs a certificate for the key of a verified request; subject and profile are the authority's decision, not the request's.
    package func issue(
        _ profile: CertificateProfile, subject: DistinguishedName, for request: CertificateRequest, validity: CertificateValidity
    ) throws(CryptoError) -> Certificate {
        guard let key = unsafe request.publicKey else { throw CryptoError(.badRequest, "the request's key cannot be read") }
        return unsafe try issue(profile, subject: subject, publicKey: key, validity: validity)
    }
}
