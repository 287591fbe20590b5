import SampanAPI
import SampanCrypto
import SampanMesh
import SampanRPC
import SampanTransport
import Testing

@Suite("What a node tells of itself", .timeLimit(.minutes(20)))
struct NodeDeskTests {
    @Test("how it stands, and whose handshakes failed")
    func tells() async throws {
        try await NodeFixture.with { fixture in
            let first = try fixture.region.epoch()
            try await fixture.node(epoch: first) { node in
                _ = try await fixture.service.acknowledgement(of: 1)
                let context = CallContext(
                    method: TrustV1.NodeServiceMethods.getNodeStatus, peer: Peer(address: "127.0.0.1:1"), requestMetadata: Metadata(),
                    deadline: .now)
                let stranger = ClientChannel(
                    group: fixture.group, endpoints: [Endpoint(host: fixture.platform.host, port: fixture.platform.port)],
                    credentials: try LiveCredentials(
                        TrustRegion().credentials(TrustRegion.path(), roots: [fixture.region.root.certificate])))
                let server = fixture.server
                _ = await #expect(throws: RPCError.self) {
                    try await TrustV1.TrustServiceClient(stranger).getEpoch(TrustV1.GetEpochRequest())
                }
                let desk = NodeDesk(trust: node.trust) { server.handshakeFailures }
                let status = try await desk.getNodeStatus(TrustV1.GetNodeStatusRequest(), context: context)
                #expect(status.node == "spiffe://sampan.test/\(TrustRegion.path())" && status.epochNumber == 1)
                #expect(status.epochHash == first.hash && status.version == "test" && status.protocol == 1 && status.clock != nil)
                #expect(status.serial == node.trust.credentials.credentials.leaf.serial && status.certificateEndsAt != nil)
                let all = try await desk.listHandshakeFailures(TrustV1.ListHandshakeFailuresRequest(), context: context)
                let failure = try #require(all.failures.first)
                #expect(failure.label == "CERTIFICATE_AUTHORITY_INVALID" && failure.names == ["spiffe://sampan.test/\(TrustRegion.path())"])
                #expect(!failure.cause.isEmpty && !failure.advice.isEmpty && failure.serial.count >= 15 && failure.at != nil)
                let other = try await desk.listHandshakeFailures(
                    TrustV1.ListHandshakeFailuresRequest(address: "10.1.2.3"), context: context)
                #expect(other.failures.isEmpty)
                // What the node has opened to its platform, which is not of this desk's server.
                let connections = try await desk.listConnections(TrustV1.ListConnectionsRequest(), context: context)
                let line = try #require(connections.connections.first)
                #expect(connections.total == UInt32(connections.connections.count) && line.direction == "out" && !line.draining)
                #expect(line.address.hasSuffix(":\(fixture.platform.port)") && line.peer.hasPrefix("spiffe://sampan.test/"))
                #expect(line.startedCalls >= 1 && line.receivedBytes > 0 && line.sentBytes > 0 && line.serial.count >= 15)
                #expect(line.age != nil && line.silence != nil && line.certificateEndsAt != nil)
                let incoming = try await desk.listConnections(TrustV1.ListConnectionsRequest(direction: "in"), context: context)
                let strange = try await desk.listConnections(TrustV1.ListConnectionsRequest(institution: "99999"), context: context)
                #expect(incoming.connections.isEmpty && strange.connections.isEmpty && strange.total == 0)
                let wrong = await #expect(throws: RPCError.self) {
                    try await desk.listConnections(TrustV1.ListConnectionsRequest(direction: "up"), context: context)
                }
                #expect(wrong?.code == .invalidArgument)
                await stranger.shutdown(grace: .zero)
            }
        }
    }
}
