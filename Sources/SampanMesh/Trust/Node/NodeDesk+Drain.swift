package import SampanAPI
package import SampanRPC
internal import SampanTransport

extension NodeDesk {
    /// 1 h: calls are not longer (`ServerConfiguration.maximumCallDuration`).
    private static let longestGrace: Duration = .seconds(3_600)

    package func drain(
        _ request: TrustV1.DrainRequest, responses: MessageWriter<TrustV1.DrainResponse>, context: CallContext
    ) async throws {
        guard let drainer else { throw RPCError(code: .unimplemented, message: "this node cannot be drained by a call") }
        try await requireRuler(context, drainer)
        let grace = request.grace?.duration
        guard request.grace == nil || grace.map({ ($0 >= .zero) && ($0 <= Self.longestGrace) }) == true else {
            throw RPCError(code: .invalidArgument, message: "grace is 0 to one hour")
        }
        for await answer in try await drainer.drain(grace: grace, context) { try await responses.send(answer) }
    }

    /// The platform and its admins may rule over any node; others over those of their institution, and where the policy says so.
    private func requireRuler(_ context: CallContext, _ drainer: any NodeDrainer) async throws(RPCError) {
        let caller = try context.requireIdentity()
        if caller.role == .platform || caller.role == .admin, await isOfPlatform(caller) { return }
        try drainer.requireOwn(context)
    }

    /// Who is a platform, says its certificate. Whose admins are the platform's, only a platform's certificate that is there to see: with
    /// none, they are as other institutions' admins.
    func isOfPlatform(_ caller: PeerIdentity) async -> Bool {
        let own = trust.credentials.identity
        if caller.role == .platform || (own.role == .platform && own.institution == caller.institution) { return true }
        let institution = caller.institution
        return await !trust.credentials.figures { $0.identity.role == .platform && $0.identity.institution == institution }.isEmpty
    }
}
