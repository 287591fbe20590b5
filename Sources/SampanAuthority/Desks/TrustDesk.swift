package import SampanAPI
internal import SampanDomain
package import SampanMesh
package import SampanRPC

/// `sampan.trust.v1.TrustService` for nodes that have a certificate: renewal, epochs, and the stream on which they follow.
package struct TrustDesk: TrustV1.TrustServiceHandler {
    /// Which certificate the connection of a call shows.
    package typealias Shown = @Sendable (CallContext) -> CertificateName?

    let authority: Authority
    private let shown: Shown

    /// - Parameter shown: nil for a connection of which it is not known: then the name alone counts, and what is shown is what the node
    ///   says that it shows.
    package init(_ authority: Authority, shown: @escaping Shown = { _ in nil }) {
        self.authority = authority
        self.shown = shown
    }

    /// First certificates are `EnrollmentDesk`'s, which asks for none.
    package func enroll(_ request: TrustV1.EnrollRequest, context: CallContext) async throws -> TrustV1.EnrollResponse {
        try await EnrollmentDesk(authority).enroll(request, context: context)
    }

    package func renew(_ request: TrustV1.RenewRequest, context: CallContext) async throws -> TrustV1.RenewResponse {
        let node = try caller(context)
        let shown = shown(context)
        try authority.checkDenial(of: node, shown)
        return try await authority.renew(node, shown: shown, request)
    }

    package func getEpoch(_ request: TrustV1.GetEpochRequest, context: CallContext) async throws -> TrustV1.GetEpochResponse {
        let node = try caller(context)
        let shown = shown(context)
        try authority.checkDenial(of: node, shown)
        try authority.checkIssuer(shown)
        return TrustV1.GetEpochResponse(epoch: try await authority.signedEpoch(request.number))
    }

    package func followEpochs(
        _ requests: MessageStream<TrustV1.FollowEpochsRequest>, responses: MessageWriter<TrustV1.FollowEpochsResponse>, context: CallContext
    ) async throws {
        let node = try caller(context)
        let shown = shown(context)
        try authority.checkDenial(of: node, shown)
        try authority.checkIssuer(shown)
        guard let first = try await requests.next() else { return }
        guard case .report(let report) = first.content else {
            throw AuthorityError.invalid(field: "report", "the first message on a stream is a report")
        }
        let follower = Follower(node: node)
        var listener = FollowerListener(authority: authority, follower: follower)
        try await listener.take(report)
        authority.followers.join(follower)
        defer { authority.followers.leave(follower) }
        let (authority, started) = (authority, listener)
        follower.wake()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                var listener = started
                while let message = try await requests.next() { try await listener.take(message) }
            }
            tasks.addTask { try await FollowerSpeaker(authority: authority, follower: follower).speak(to: responses) }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
        guard authority.followers.isCurrent(follower) else {
            throw RPCError(.aborted, reason: "STREAM_REPLACED", "this node has opened a newer stream")
        }
    }

    private func caller(_ context: CallContext) throws(AuthorityError) -> PeerIdentity {
        guard let identity = context.peer.identity else { throw .refused(.unknownCertificate) }
        return identity
    }
}

extension Authority {
    /// Throws `refused(denied)` for who is denied now.
    func checkDenial(of node: PeerIdentity, _ shown: CertificateName?) throws(AuthorityError) {
        if let denial = state.denial(of: node, certificate: shown, at: clock.wall()) { throw .refused(.denied(denial)) }
    }

    /// Throws `retiredIssuer` for a certificate of an issuer that no epoch names any more.
    func checkIssuer(_ shown: CertificateName?) throws(AuthorityError) {
        if let shown, !state.names(issuer: shown.issuerKeyID) { throw .retiredIssuer }
    }
}
