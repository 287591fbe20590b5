internal import SampanAPI
internal import SampanCrypto
internal import SampanDomain
internal import SampanMesh
internal import SampanRPC

/// Enrolment tokens.
extension Authority {
    private static let tokenBytes = 32

    func createToken(
        _ request: TrustV1.CreateEnrollmentTokenRequest, by actor: String
    ) async throws(AuthorityError) -> TrustV1.CreateEnrollmentTokenResponse {
        let key = try RequestKey(request.requestID, method: "CreateEnrollmentToken", body: request)
        let identity: PeerIdentity
        do throws(PeerIdentityError) { identity = try PeerIdentity(uri: request.identity) } catch {
            throw .invalid(field: "identity", "not a node's name: spiffe://DOMAIN/ROLE/INSTITUTION/NODE")
        }
        guard let life = request.life?.duration, life > .zero, life <= .seconds(configuration.tokenLifeLimit) else {
            throw .invalid(field: "life", "more than 0, at most \(configuration.tokenLifeLimit) s")
        }
        try Self.check(identity, request.dnsNames, request.addresses)
        let (token, hash) = try AuthorityError.crypto { () throws(CryptoError) in
            let token = try RandomBytes.make(Self.tokenBytes)
            return (token, try SHA256.hash(token))
        }
        let nanoseconds = life.components.seconds * 1_000_000_000 + life.components.attoseconds / 1_000_000_000
        let outcome = try await execute(by: actor, request: key) { _, now throws(AuthorityError) in
            let kept = try AuthorityError.epoch { () throws(EpochError) in
                try EnrollmentToken(
                    hash: hash, identity: identity, dnsNames: request.dnsNames, addresses: request.addresses,
                    expiresAt: now.advanced(byNanoseconds: nanoseconds))
            }
            return .createToken(kept)
        } answer: { change throws(AuthorityError) in
            // Without the token: what could be read from the journal's file would be one.
            try Self.bytes(Self.tokenAnswer(change))
        }
        var answer: TrustV1.CreateEnrollmentTokenResponse = try Self.message(outcome.answer)
        if outcome.change != nil { answer.token = token }
        return answer
    }

    private static func tokenAnswer(_ change: AuthorityChange) throws(AuthorityError) -> TrustV1.CreateEnrollmentTokenResponse {
        guard let root = change.state.activeRoot?.certificate else { throw .refused(.notFounded) }
        var answer = TrustV1.CreateEnrollmentTokenResponse(rootCertificate: root)
        answer.rootFingerprint = try AuthorityError.crypto { () throws(CryptoError) in try SHA256.hash(root) }
        for case .tokenCreated(let token) in change.record?.events ?? [] { answer.expiresAt = token.expiresAt.timestamp }
        return answer
    }

    /// Names that no certificate could have are refused now, and not when the node comes with its token.
    private static func check(_ identity: PeerIdentity, _ dnsNames: [String], _ addresses: [String]) throws(AuthorityError) {
        do throws(CryptoError) {
            _ = try CertificateRequest.make(
                subject: DistinguishedName(organization: identity.institution, commonName: identity.node),
                names: SubjectAlternativeNames(uris: [identity.uri], dnsNames: dnsNames, addresses: addresses), key: PrivateKey.generate())
        } catch {
            throw .invalid(field: "dns_names", error.detail)
        }
    }
}
