internal import SampanAPI
internal import SampanDomain
internal import SampanMesh
internal import SampanRPC

/// What a node says on its stream. One task.
struct FollowerListener: Sendable {
    let authority: Authority
    let follower: Follower
    /// Key identifier of the issuer of the certificate that the node last said it shows.
    private var issuerKeyID: [UInt8] = []

    init(authority: Authority, follower: Follower) {
        self.authority = authority
        self.follower = follower
    }

    mutating func take(_ message: TrustV1.FollowEpochsRequest) async throws(AuthorityError) {
        switch message.content {
        case .report(let report): try await take(report)
        case .acknowledgement(let acknowledgement): try await take(acknowledgement)
        case .refusal(let refusal):
            saw { $0.refusal = "epoch \(refusal.number): \(refusal.reason): \(refusal.detail)" }
        case .cutEstimate(let estimate):
            saw()
            authority.estimates.answered(estimate, by: follower.node)
        // Of a later contract.
        case nil: break
        }
    }

    mutating func take(_ report: TrustV1.NodeReport) async throws(AuthorityError) {
        let now = authority.clock.wall()
        let theirs = try UnixTime(timestamp: report.clock, field: "report.clock")
        saw { fact in
            fact.skew = theirs.map { $0.nanoseconds.subtractingReportingOverflow(now.nanoseconds).partialValue }
            fact.protocolLevel = report.`protocol`
            (fact.version, fact.connections, fact.streams) = (report.version, report.connections, report.streams)
        }
        issuerKeyID = report.issuerKeyID
        guard issuerKeyID.count <= 64 else { throw .invalid(field: "report.issuer_key_id", "at most 64 bytes") }
        try await acknowledge(report.epochNumber, report.epochHash)
        follower.reported(report.epochNumber, serial: report.serial, at: authority.clock.uptime())
    }

    private func take(_ acknowledgement: TrustV1.EpochAcknowledgement) async throws(AuthorityError) {
        let arrived = authority.clock.uptime()
        try await acknowledge(acknowledgement.number, acknowledgement.hash)
        saw { $0.refusal = "" }
        let cut = NodeFacts.Cut(connections: acknowledgement.connectionsCut, streams: acknowledgement.streamsCut, at: arrived)
        authority.facts.acknowledged(acknowledgement.number, by: follower.node, cut)
    }

    /// Durable when it returns, if it is news; most reports are none, and cost no write.
    private func acknowledge(_ number: UInt64, _ hash: [UInt8]) async throws(AuthorityError) {
        let command = AuthorityCommand.acknowledge(follower.node, number: number, hash: hash, issuerKeyID: issuerKeyID)
        let actor = follower.node.uri
        do throws(AuthorityRefusal) {
            if try authority.state.decide(command, authority.circumstances(actor)) == nil { return }
        } catch {
            // Of an epoch that another process has just made, perhaps: the journal decides.
        }
        do throws(AuthorityError) { try await authority.execute(command, by: actor) } catch {
            if case .refused(let refusal) = error { saw { $0.refusal = refusal.rpcError.message } }
            throw error
        }
    }

    private func saw(_ change: (inout NodeFacts.Fact) -> Void = { _ in }) {
        authority.facts.saw(follower.node, at: authority.clock.wall(), uptime: authority.clock.uptime(), change)
    }
}
