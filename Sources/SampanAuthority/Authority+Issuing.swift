package import SampanAPI
internal import SampanCrypto
internal import SampanDomain
package import SampanMesh
internal import SampanProtobuf
package import SampanRPC

/// Certificates of nodes: by a token, and over the one before.
extension Authority {
    /// First certificate of a node: leaf, then its issuer (DER). The same token and request again get the same answer.
    ///
    /// Throws `refused` (`unknownToken`, `tokenExpired`, `tokenUsed`, `denied`), `crypto` for a bad request; the token stays unused then.
    package func enroll(token: [UInt8], request: [UInt8]) async throws(AuthorityError) -> [[UInt8]] {
        let (tokenHash, requestHash) = try AuthorityError.crypto { () throws(CryptoError) in
            (try SHA256.hash(token), try SHA256.hash(request))
        }
        try await checkToken(tokenHash, requestHash)
        let outcome = try await withKeys { [self] () async throws(AuthorityError) in
            try await execute(by: "enrolment") { [self] state, now throws(AuthorityError) in
                let admission = try Self.admission(state, tokenHash, requestHash, now)
                guard case .sign(let token) = admission else { return nil }
                let names = SubjectAlternativeNames(uris: [token.identity.uri], dnsNames: token.dnsNames, addresses: token.addresses)
                let issued = try issue(token.identity, names, request, requestHash, state, now)
                return .enroll(token: tokenHash, issued)
            }
        }
        guard case .done(let change, _) = outcome,
            case .again(let issued) = try Self.admission(change.state, tokenHash, requestHash, clock.wall())
        else { throw .refused(.unknownToken) }
        return try chain(issued, change.state)
    }

    /// Next certificate of a node: leaf, then its issuer (DER).
    ///
    /// - Parameter shown: the certificate of the connection; nil where it is not known, and then the newest that the node has.
    ///
    /// Throws `tooManyRenewals`, `requestIDReused`, `refused` (`unknownCertificate`, `denied`), `crypto`.
    package func renew(
        _ node: PeerIdentity, shown: CertificateName?, _ message: TrustV1.RenewRequest
    ) async throws(AuthorityError) -> TrustV1.RenewResponse {
        try renewals.take(at: clock.uptime())
        let key = try RequestKey(message.requestID, method: "Renew", body: message)
        let request = message.certificateRequest
        let requestHash = try AuthorityError.crypto { () throws(CryptoError) in try SHA256.hash(request) }
        let outcome = try await withKeys { [self] () async throws(AuthorityError) in
            try await execute(by: node.uri, request: key) { [self] state, now throws(AuthorityError) in
                let current = try Self.current(node, shown, state, now)
                if let denial = state.denial(of: node, certificate: current.name, at: now) { throw .refused(.denied(denial)) }
                let names = try Self.names(of: current)
                return .renew(over: current.name, try issue(node, names, request, requestHash, state, now))
            } answer: { [self] change throws(AuthorityError) in
                for case .certificateIssued(let issued, _) in change.record?.events ?? [] {
                    return try Self.bytes(TrustV1.RenewResponse(certificateChain: try chain(issued, change.state)))
                }
                throw .refused(.unknownCertificate)
            }
        }
        return try Self.message(outcome.answer)
    }

    /// Anybody may guess: a token that nobody knows costs no write, and only a look at the journal's end, where another process may have
    /// just put it.
    private func checkToken(_ token: [UInt8], _ request: [UInt8]) async throws(AuthorityError) {
        do throws(AuthorityError) { _ = try Self.admission(state, token, request, clock.wall()) } catch {
            guard case .refused(.unknownToken) = error else { throw error }
            _ = try Self.admission(try await store.refresh().state, token, request, clock.wall())
        }
    }

    private static func admission(
        _ state: AuthorityState, _ token: [UInt8], _ request: [UInt8], _ now: UnixTime
    ) throws(AuthorityError) -> EnrollmentAdmission {
        do throws(AuthorityRefusal) { return try state.admission(token: token, request: request, at: now) } catch { throw .refused(error) }
    }

    /// The certificate that is renewed.
    private static func current(
        _ node: PeerIdentity, _ shown: CertificateName?, _ state: AuthorityState, _ now: UnixTime
    ) throws(AuthorityError) -> IssuedCertificate {
        let known = state.nodes[node]?.certificates ?? []
        let current = if let shown { known.first { $0.name == shown } } else { known.last { now < $0.endsAt } }
        guard let current else { throw .refused(.unknownCertificate) }
        return current
    }

    private static func names(of issued: IssuedCertificate) throws(AuthorityError) -> SubjectAlternativeNames {
        let names = try AuthorityError.crypto { () throws(CryptoError) in try Certificate(der: issued.certificate).alternativeNames }
        guard let names else { throw .crypto(CryptoError(.badDER, "the names of the certificate before cannot be read")) }
        return names
    }

    /// Signs with the issuer of today. The names are ours; the request gives its key, and may ask for less.
    private func issue(
        _ identity: PeerIdentity, _ names: SubjectAlternativeNames, _ request: [UInt8], _ requestHash: [UInt8], _ state: AuthorityState,
        _ now: UnixTime
    ) throws(AuthorityError) -> IssuedCertificate {
        guard let active = state.activeIssuer else { throw .refused(.notFounded) }
        let issuer = try keys.authority(active)
        let life = configuration.certificateLife
        let certificate = try AuthorityError.crypto { () throws(CryptoError) in
            let asked = try CertificateRequest(der: request)
            try asked.checkAsksOnly(for: names)
            return try issuer.issue(
                .node(names: names), subject: DistinguishedName(organization: identity.institution, commonName: identity.node), for: asked,
                validity: CertificateValidity(from: now.seconds, lasting: life))
        }
        guard let end = certificate.validity?.notAfter, let serial = SerialNumber(certificate.serial) else {
            throw .crypto(CryptoError(.badDER, "the certificate that was made cannot be read"))
        }
        return try AuthorityError.epoch { () throws(EpochError) in
            try IssuedCertificate(
                identity: identity, name: CertificateName(issuerKeyID: active.keyID, serial: serial),
                endsAt: UnixTime(nanoseconds: end.multipliedReportingOverflow(by: 1_000_000_000).partialValue), requestHash: requestHash,
                certificate: certificate.der)
        }
    }

    private func chain(_ issued: IssuedCertificate, _ state: AuthorityState) throws(AuthorityError) -> [[UInt8]] {
        guard let issuer = state.issuerCertificates.first(where: { $0.keyID == issued.name.issuerKeyID }) else { throw .retiredIssuer }
        return [issued.certificate, issuer.certificate]
    }

    /// Once more when another process has changed the issuer meanwhile, and its key is not open yet.
    func withKeys<Value: Sendable>(
        _ body: @Sendable () async throws(AuthorityError) -> Value
    ) async throws(AuthorityError) -> Value {
        do throws(AuthorityError) { return try await body() } catch {
            guard case .keyMissing = error else { throw error }
            try await store.refresh()
            try await openKeys()
            return try await body()
        }
    }

    static func bytes(_ message: some Message) throws(AuthorityError) -> [UInt8] {
        do throws(ProtobufError) { return try message.serialized() } catch {
            throw .epoch(EpochError(.library, "answer", error.description))
        }
    }

    static func message<Content: Message>(_ bytes: [UInt8]) throws(AuthorityError) -> Content {
        do throws(ProtobufError) { return try Content(serialized: bytes) } catch {
            throw .epoch(EpochError(.malformed, "answer", error.description))
        }
    }
}

extension AuthorityOutcome {
    /// The answer as it was kept.
    var answer: [UInt8] {
        switch self {
        case .done(_, let answer), .replayed(let answer): answer
        }
    }

    var change: AuthorityChange? {
        if case .done(let change, _) = self { change } else { nil }
    }
}
