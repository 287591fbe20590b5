import SampanRPC
import SampanSiege
@testable import SampanTransport
import Testing

@Suite("Connections from where they may not come", .timeLimit(.minutes(20)))
struct AddressGateTests {
    private static func configuration(known: Bool, refused institution: String? = nil) -> ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.addressGate = AddressGate(isKnown: { $0 == "127.0.0.1" && known }) { peer, host in
            peer.institution == institution ? RPCError(code: .permissionDenied, message: "not from \(host)") : nil
        }
        return configuration
    }

    @Test("GW-13: a good certificate from an address that is not its own is refused by name, and nobody else is")
    func misplaced() async throws {
        let configuration = Self.configuration(known: true, refused: LiveRegion.institution(0))
        try await LiveRegion.with(LoopbackTrust(), clients: 2, configuration: configuration) { region in
            try await region.clients[1].echo()
            let error = await #expect(throws: RPCError.self) { try await region.clients[0].echo() }
            #expect(
                error?.code == .permissionDenied && error?.message.contains("not from 127.0.0.1") == true, "\(error.map { "\($0)" } ?? "")")
            try await region.clients[1].echo()
        }
    }

    @Test("GW-13: an address that is listed does not help without a certificate")
    func withoutCertificate() async throws {
        let trust = try LoopbackTrust()
        try await LiveRegion.with(trust, clients: 1, configuration: Self.configuration(known: true)) { region in
            try await region.clients[0].echo()
            let stranger = try LoopbackTrust()
            let credentials = try LiveCredentials(stranger.credentials(LiveRegion.path(0)))
            let channel = ClientChannel(
                group: region.group, endpoints: [Endpoint(host: region.address.host, port: region.address.port)], credentials: credentials)
            let error = await #expect(throws: RPCError.self) {
                try await channel.unary(EchoService.unary, FramedMessage(payload: [1]), CallOptions(timeout: .seconds(60)))
            }
            #expect(error?.code == .unavailable)
            await channel.shutdown(grace: .zero)
            try await region.clients[0].echo()
        }
    }

    @Test("from an address that nobody may come from not a byte is read or said")
    func unknown() async throws {
        try await LiveRegion.with(LoopbackTrust(), clients: 1, configuration: Self.configuration(known: false)) { region in
            let error = await #expect(throws: RPCError.self) {
                try await region.clients[0].channel.unary(
                    EchoService.unary, FramedMessage(payload: [1]), CallOptions(timeout: .seconds(60)))
            }
            #expect(error?.code == .unavailable)
            #expect(await region.serverCredentials.count().connections == 0)
            #expect(region.server.handshakeFailures.addresses.isEmpty)
        }
    }
}
