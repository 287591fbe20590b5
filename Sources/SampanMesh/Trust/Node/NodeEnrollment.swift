package import SampanAPI
internal import SampanCrypto
package import SampanDomain
package import SampanRPC
package import SampanTransport

/// How a node gets its first certificate: with a one-time token, over a connection on which it knows the authority by the root that came
/// with the token.
///
/// The key is made here and never leaves. It is written before the certificate is asked for, so that a repetition after a lost answer
/// asks with the same request and gets the same answer.
package struct NodeEnrollment: Sendable {
    private let folder: NodeTrustFolder
    private let ticket: EnrollmentTicket
    private let trustDomain: String
    private let root: Certificate
    private let wall: @Sendable () -> UnixTime

    /// Time for the answer. 30 s: a person waits for it, and the authority writes to its disk.
    private static let timeout: Duration = .seconds(30)
    private static let longestChain = 4

    /// - Parameters:
    ///   - trustDomain: of the region; nil takes what the root says.
    ///   - wall: the node's clock.
    /// Throws `badTicket` for a root that names no trust domain where none is given.
    package init(
        folder: NodeTrustFolder, ticket: EnrollmentTicket, trustDomain: String? = nil, wall: @escaping @Sendable () -> UnixTime
    ) throws(EnrollmentError) {
        guard let root = try? Certificate(der: ticket.root) else { throw EnrollmentError(.badTicket, "its root cannot be read") }
        let scheme = "spiffe://"
        let named = root.alternativeNames?.uris.first.flatMap { $0.hasPrefix(scheme) ? String($0.dropFirst(scheme.count)) : nil }
        guard let domain = trustDomain ?? named, TrustDomainName.isValid(domain) else {
            throw EnrollmentError(.badTicket, "its root names no trust domain; name the region's")
        }
        if let named, named != domain {
            throw EnrollmentError(.badTicket, "its root is of trust domain \(named), not of \(domain)")
        }
        self.folder = folder
        self.ticket = ticket
        self.root = root
        self.trustDomain = domain
        self.wall = wall
    }

    /// Enrols at the platform's listener for enrolment and fills the folder; returns who the node is now.
    ///
    /// Throws an `EnrollmentError`; the folder then holds no identity that it did not hold before.
    /// - Parameter overwrite: false refuses a folder that has an identity.
    package func run(
        platform: [Endpoint], group: EventLoopGroup, overwrite: Bool = false
    ) async throws(EnrollmentError) -> PeerIdentity {
        try await run(overwrite: overwrite) { [self] request async throws(EnrollmentError) in try await ask(request, platform, group) }
    }

    /// The same with an authority that is asked in another way, such as one in this process.
    package func run(
        overwrite: Bool = false, asking ask: ([UInt8]) async throws(EnrollmentError) -> TrustV1.EnrollResponse
    ) async throws(EnrollmentError) -> PeerIdentity {
        if folder.isEnrolled, !overwrite {
            throw EnrollmentError(.alreadyEnrolled, "\(folder.identityFile) exists; --force takes another identity in its place")
        }
        let (key, request) = try writing { () throws(NodeTrustFolderError) in
            try folder.prepare()
            return try folder.enrollmentRequest()
        }
        let answer = try await ask(request)
        let accepted = try accept(answer, key)
        try writing { () throws(NodeTrustFolderError) in
            try folder.write(roots: try accepted.roots())
            try folder.write(accepted.epoch)
            // Last: with it the node is enrolled.
            try folder.write(accepted.identity)
            folder.forgetEnrollmentRequest()
        }
        return accepted.name
    }

    // MARK: Steps

    private func ask(
        _ request: [UInt8], _ platform: [Endpoint], _ group: EventLoopGroup
    ) async throws(EnrollmentError) -> TrustV1.EnrollResponse {
        let channel: ClientChannel
        do throws(CredentialsError) {
            channel = try ClientChannel(group: group, endpoints: platform, enrollmentRoots: [root], trustDomain: trustDomain)
        } catch {
            throw EnrollmentError(.library, error.description)
        }
        let answer: Result<TrustV1.EnrollResponse, RPCError>
        do throws(RPCError) {
            answer = .success(
                try await TrustV1.TrustServiceClient(channel).enroll(
                    TrustV1.EnrollRequest(token: ticket.token, certificateRequest: request), options: CallOptions(timeout: Self.timeout)))
        } catch {
            answer = .failure(error)
        }
        await channel.shutdown(grace: .zero)
        switch answer {
        case .success(let answer): return answer
        case .failure(let error):
            // What the authority refuses has a reason for programs; here the connection was refused.
            if error.code == .unauthenticated, error.errorInfo == nil {
                throw EnrollmentError(
                    .unreachable,
                    "a certificate is asked for there, which a new node has not: is it the listener for enrolment (enroll-listen)?")
            }
            let isUnreachable = error.code == .unavailable || error.code == .deadlineExceeded
            throw EnrollmentError(
                isUnreachable ? .unreachable : .refused,
                isUnreachable ? "the authority could not be asked: \(error.message)" : "the authority refused: \(error.message)")
        }
    }

    private struct Accepted {
        let identity: TLSIdentity
        let epoch: SignedEpoch
        let name: PeerIdentity

        func roots() throws(NodeTrustFolderError) -> [Certificate] {
            do throws(CryptoError) { return try Certificate.list(epoch.epoch.roots.map(\.certificate)) } catch {
                throw NodeTrustFolderError(.badTrust, error.detail)
            }
        }
    }

    /// Believes nothing of an answer that does not hang together: the epoch by the root of the ticket, the certificate by the epoch.
    private func accept(_ answer: TrustV1.EnrollResponse, _ key: PrivateKey) throws(EnrollmentError) -> Accepted {
        guard let signed = answer.epoch, (1...Self.longestChain).contains(answer.certificateChain.count) else {
            throw EnrollmentError(.badAnswer, "the authority's answer has no certificate or no epoch")
        }
        let epoch: SignedEpoch
        do throws(EpochError) {
            epoch = try SignedEpoch(epoch: signed.epoch, signature: signed.signature, signerChain: signed.signerChain)
        } catch {
            throw EnrollmentError(.badAnswer, "the epoch in the answer: \(error)")
        }
        do throws(EpochSignerError) {
            try ChainEpochVerifier(wall: wall).verify(epoch, roots: [ticket.root])
        } catch {
            throw EnrollmentError(.badAnswer, "the epoch in the answer: \(EpochRefusal(number: 0, .untrustedSigner(error)).detail)")
        }
        guard epoch.epoch.trustDomain == trustDomain else {
            throw EnrollmentError(.badAnswer, "the epoch in the answer is of trust domain \(epoch.epoch.trustDomain)")
        }
        let identity = try EnrollmentError.translating { () throws(CryptoError) in
            try TLSIdentity(chain: Certificate.list(answer.certificateChain), key: key)
        }
        return Accepted(identity: identity, epoch: epoch, name: try check(identity, epoch))
    }

    private func check(_ identity: TLSIdentity, _ epoch: SignedEpoch) throws(EnrollmentError) -> PeerIdentity {
        guard let uri = identity.leaf.alternativeNames?.uris.first, let name = try? PeerIdentity(uri: uri), name.trustDomain == trustDomain
        else { throw EnrollmentError(.badAnswer, "the certificate in the answer names no node of \(trustDomain)") }
        let verifier = try EnrollmentError.translating { () throws(CryptoError) in
            try ChainVerifier(roots: Certificate.list(epoch.epoch.roots.map(\.certificate)))
        }
        do throws(ChainError) {
            _ = try verifier.verify(identity.leaf, intermediates: Array(identity.chain.dropFirst()), at: wall().seconds, for: .client)
        } catch {
            throw EnrollmentError(.badAnswer, "the certificate in the answer: \(error); compare the clocks if it is not valid yet")
        }
        return name
    }

    private func writing<Value>(_ body: () throws(NodeTrustFolderError) -> Value) throws(EnrollmentError) -> Value {
        do throws(NodeTrustFolderError) { return try body() } catch { throw EnrollmentError(.notWritten, error.description) }
    }
}

extension EnrollmentError {
    fileprivate static func translating<Value>(_ body: () throws(CryptoError) -> Value) throws(EnrollmentError) -> Value {
        do throws(CryptoError) { return try body() } catch {
            throw EnrollmentError(error.reason == .library ? .library : .badAnswer, error.detail)
        }
    }
}
