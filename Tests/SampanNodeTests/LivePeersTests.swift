import Logging
import SampanMesh
import SampanRPC
import Testing

@testable import SampanNode
@testable import SampanTransport

@Suite("Peers that are listed while the node serves")
struct LivePeersTests {
    @Test("GW-13: the list that is in force when a peer comes decides; without one everybody may come")
    func replace() throws {
        let peer = try PeerIdentity(trustDomain: "region.example", role: .hospital, institution: "4699010001", node: "his")
        let peers = LivePeers(nil)
        let gate = peers.gate(log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        #expect(gate.isKnown("192.168.0.1") && gate.refusal(peer, "192.168.0.1") == nil)
        let range = try #require(AddressRange("10.0.0.0/8"))
        peers.replace(with: PeerAllowList([PeerAllowList.Entry(from: [range], roles: [.hospital], institutions: .all)]))
        #expect(!gate.isKnown("192.168.0.1") && gate.isKnown("10.1.1.1"))
        #expect(gate.refusal(peer, "192.168.0.1")?.code == .permissionDenied && gate.refusal(peer, "10.1.1.1") == nil)
        peers.replace(with: nil)
        #expect(gate.isKnown("192.168.0.1"))
    }
}
