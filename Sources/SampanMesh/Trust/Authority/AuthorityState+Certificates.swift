package import SampanDomain
internal import SampanRPC

/// What to do about a token and a request.
package enum EnrollmentAdmission: Sendable, Hashable {
    /// Sign for whom the token names, then command `enroll`.
    case sign(EnrollmentToken)
    /// The same request again: this was the answer.
    case again(IssuedCertificate)
}

extension AuthorityState {
    /// Whom to sign for. `token` and `request` are SHA-256 hashes. Throws `unknownToken`, `tokenExpired`, `tokenUsed`, `denied`; the token
    /// stays as it is.
    package func admission(token: [UInt8], request: [UInt8], at now: UnixTime) throws(AuthorityRefusal) -> EnrollmentAdmission {
        guard let entry = tokens[token] else { throw .unknownToken }
        if let used = entry.usedFor {
            guard used.requestHash == request else { throw .tokenUsed }
            return .again(used)
        }
        guard now < entry.token.expiresAt else { throw .tokenExpired }
        if let denial = denial(of: entry.token.identity, certificate: nil, at: now) { throw .denied(denial) }
        return .sign(entry.token)
    }

    func createToken(_ token: EnrollmentToken) throws(AuthorityRefusal) -> [AuthorityEvent] {
        guard token.identity.trustDomain == trustDomain else { throw .wrongDomain(token.identity.trustDomain) }
        if let known = tokens[token.hash] {
            guard known.token == token, known.usedFor == nil else { throw .tokenExists }
            return []
        }
        return [.tokenCreated(token)]
    }

    func enroll(_ token: [UInt8], _ certificate: IssuedCertificate, _ now: UnixTime) throws(AuthorityRefusal) -> [AuthorityEvent] {
        switch try admission(token: token, request: certificate.requestHash, at: now) {
        case .again: return []
        case .sign(let token):
            guard certificate.identity == token.identity else { throw .wrongIdentity }
            try checkIssue(certificate)
            return [.certificateIssued(certificate, token: token.hash)]
        }
    }

    func renew(_ name: CertificateName, _ certificate: IssuedCertificate, _ now: UnixTime) throws(AuthorityRefusal) -> [AuthorityEvent] {
        guard let node = nodes[certificate.identity], let current = node.certificates.first(where: { $0.name == name }),
            now < current.endsAt
        else { throw .unknownCertificate }
        if let denial = denial(of: certificate.identity, certificate: name, at: now) { throw .denied(denial) }
        // The answer to the same request was lost: what was made is in the journal and in the state.
        if node.certificates.contains(certificate) { return [] }
        try checkIssue(certificate)
        return [.certificateIssued(certificate, token: nil)]
    }

    private func checkIssue(_ certificate: IssuedCertificate) throws(AuthorityRefusal) {
        guard let issuer = activeIssuer, certificate.name.issuerKeyID == issuer.keyID else { throw .notTheActiveIssuer }
        guard certificate.endsAt <= issuer.endsAt else { throw .outlivesIssuer }
    }
}
