import SampanSiege
import SampanRPC
@testable import SampanTransport
import Testing

@Suite("Limits of connections", .timeLimit(.minutes(20)))
struct ConnectionLimitTests {
    private typealias F = RawFrame

    @Test("one connection too many for the server, or for its address, is closed unread; room comes back", arguments: [false, true])
    func tooMany(perAddress: Bool) async throws {
        var configuration = ServerConfiguration()
        if perAddress { configuration.maximumConnectionsPerAddress = 2 } else { configuration.maximumConnections = 2 }
        try await EchoFixture.with(configuration: configuration) { fixture in
            let address = fixture.address
            let outcome = try await RawSocket.onThread { () -> [Bool] in
                var first: ScriptedPeer? = ScriptedPeer(to: address)
                let second = ScriptedPeer(to: address)
                let served = first?.provoke(F.call(1)).ended == [1] && second?.provoke(F.call(1)).ended == [1]
                let third = ScriptedPeer(to: address)?.untilClosed()
                let isRefused = third?.isClosed == true && third?.ended.isEmpty == true
                first = nil
                // The server hears of the close in its own time.
                var isBack = false
                while !isBack { isBack = ScriptedPeer(to: address)?.provoke(F.call(1)).ended == [1] }
                return [served, isRefused, second?.provoke(F.call(3)).ended == [1, 3]]
            }
            #expect(outcome == [true, true, true])
        }
    }

    @Test("one connection too many of an institution gets ENHANCE_YOUR_CALM")
    func institutionCode() async throws {
        var configuration = ServerConfiguration()
        configuration.maximumConnectionsPerInstitution = 1
        try await EchoFixture.with(configuration: configuration) { fixture in
            let address = fixture.address
            let outcome = try await RawSocket.onThread { () -> [ScriptedPeer.Reaction?] in
                let first = ScriptedPeer(to: address)
                _ = first?.provoke(F.call(1))
                let second = ScriptedPeer(to: address, opening: [])?.untilClosed()
                return [first?.provoke(F.call(3)), second]
            }
            #expect(outcome[0]?.ended == [1, 3])
            #expect(outcome[1]?.goAway == 11)
        }
    }

    @Test("institutions are told apart by their certificates")
    func institutions() async throws {
        let trust = try LoopbackTrust()
        var configuration = ServerConfiguration()
        configuration.maximumConnectionsPerInstitution = 1
        try await EchoFixture.with(configuration: configuration, serverTLS: trust.server(), clientTLS: trust.client()) { fixture in
            try await fixture.echo()
            let paths = ["hospital/12330100470116100X/his-2", "center/91330106MA2CFLHJ4N/ecg-1"]
            var codes: [StatusCode?] = []
            for path in paths {
                let channel = ClientChannel(
                    group: fixture.group, host: fixture.address.host, port: fixture.address.port,
                    tls: try trust.client(trust.identity(path)))
                codes.append(await code { _ = try await channel.unary(EchoService.unary, FramedMessage(payload: [1]), .defaults) })
                await channel.shutdown()
            }
            #expect(codes == [.unavailable, nil])
            try await fixture.echo()
        }
    }

    /// RFC 9113 §5.1.2. Once the client has acknowledged the limit, libnghttp2 takes it for an error of the connection (§5.4 allows that).
    @Test("one call too many on a connection is refused, and the others go on; who knew better is cut", arguments: [false, true])
    func streams(knowsBetter: Bool) async throws {
        var configuration = ServerConfiguration()
        configuration.maximumConcurrentCalls = 2
        try await EchoFixture.with(configuration: configuration) { fixture in
            let address = fixture.address
            let reaction = try await RawSocket.onThread { () -> ScriptedPeer.Reaction? in
                let opening = F.magic + F.frame(F.settings) + (knowsBetter ? F.frame(F.settings, F.ack) : [])
                guard let peer = ScriptedPeer(to: address, opening: opening) else { return nil }
                let open = [1, 3, 5].flatMap { F.head($0, "/test.Echo/Up") }
                _ = peer.provoke(open)
                return peer.provoke(F.frame(F.data, F.endStream, 1) + F.frame(F.data, F.endStream, 3))
            }
            #expect(reaction?.goAway == (knowsBetter ? 1 : nil))
            guard !knowsBetter else { return }
            #expect(reaction?.resets == [5: 7])
            #expect(reaction?.ended == [1, 3])
        }
    }
}
