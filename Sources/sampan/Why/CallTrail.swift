import SampanAPI
import SampanTransport

/// What the nodes that a call came through remember of it, one after the other.
struct CallTrail {
    struct Hop: Codable, Hashable {
        /// host:port that was asked.
        let place: String
        /// SPIFFE name; empty for a node that was not heard.
        let node: String
        let records: [CallRecordView]
        let ownOnly: Bool
        /// Why the node did not tell; empty where it has.
        let problem: String
    }

    struct Answer: Codable {
        let callID: String
        let hops: [Hop]
    }

    let id: String
    let caller: CallerOptions

    /// As many as a call may pass (`RouteFields.maximumHops`), and the one that serves it.
    private static let mostHops = 5

    /// Throws where the first node cannot be asked; of others that is part of the answer.
    func hops(from remote: RemoteNode) async throws -> [Hop] {
        var hops = [try await ask(remote)]
        while hops.count < Self.mostHops, let next = hops.last?.records.compactMap(\.nextPlace).first,
            !hops.contains(where: { $0.place == next })
        {
            do {
                hops.append(try await ask(try caller.node(next)))
            } catch let failure as AdminFailure {
                hops.append(Hop(place: next, node: "", records: [], ownOnly: false, problem: failure.description))
            }
        }
        return hops
    }

    private func ask(_ remote: RemoteNode) async throws -> Hop {
        let id = id
        let response = try await remote.connected {
            try await TrustV1.NodeServiceClient($0).listCallRecords(TrustV1.ListCallRecordsRequest(callID: id))
        }
        return Hop(
            place: remote.place, node: response.node, records: response.records.map(CallRecordView.init), ownOnly: response.ownOnly,
            problem: "")
    }
}
