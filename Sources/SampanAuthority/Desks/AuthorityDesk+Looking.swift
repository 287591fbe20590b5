package import SampanAPI
internal import SampanDomain
internal import SampanMesh
package import SampanRPC

extension AuthorityDesk {
    package func listNodes(_ request: TrustV1.ListNodesRequest, context: CallContext) async throws -> TrustV1.ListNodesResponse {
        let state = try await authority.store.refresh().state
        let members = state.members(authority.facts.presence, at: authority.clock.wall(), uptime: authority.clock.uptime())
        let nodes = members.sorted { $0.node.uri < $1.node.uri }.map { status($0, state) }
        return TrustV1.ListNodesResponse(nodes: nodes, epochNumber: state.epochNumber)
    }

    private func status(_ member: RolloverMember, _ state: AuthorityState) -> TrustV1.NodeStatus {
        let fact = authority.facts.fact(member.node)
        var status = TrustV1.NodeStatus(node: member.node.uri, acknowledged: member.acknowledged)
        status.issuerKeyID = member.shownIssuer ?? []
        status.certificateEndsAt = state.nodes[member.node]?.endsAt?.timestamp
        status.lastSeenAt = fact.lastSeenAt?.timestamp
        status.skew = fact.skew.flatMap { GoogleProtobuf.Duration(.nanoseconds($0)) }
        (status.version, status.connections, status.streams) = (fact.version, fact.connections, fact.streams)
        status.`protocol` = fact.protocolLevel
        status.absent = member.isAbsent || member.isLeftBehind
        if (1...max(1, state.epochNumber)).contains(member.acknowledged), member.acknowledged <= state.epochNumber {
            status.epochHash = state.epochHashes[Int(member.acknowledged) - 1]
        }
        status.refusal = fact.refusal
        return status
    }

    package func listDenials(_ request: TrustV1.ListDenialsRequest, context: CallContext) async throws -> TrustV1.ListDenialsResponse {
        let state = try await authority.store.refresh().state
        let bytes = state.newestEpoch
        let epoch = try AuthorityError.epoch { () throws(EpochError) in try TrustEpoch(serialized: bytes) }
        return TrustV1.ListDenialsResponse(denials: Denial.messages(epoch.denials), epochNumber: epoch.number)
    }

    package func exportRevocationLists(
        _ request: TrustV1.ExportRevocationListsRequest, context: CallContext
    ) async throws -> TrustV1.ExportRevocationListsResponse {
        try await authority.store.refresh()
        return TrustV1.ExportRevocationListsResponse(revocationLists: try await authority.revocationLists())
    }

    package func readJournal(
        _ request: TrustV1.ReadJournalRequest, responses: MessageWriter<TrustV1.ReadJournalResponse>, context: CallContext
    ) async throws {
        var number = max(1, request.from)
        while let entry = try await authority.store.entry(number) {
            try await responses.send(TrustV1.ReadJournalResponse(entry: entry.message))
            number += 1
        }
    }
}
