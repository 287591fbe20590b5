import SampanCrypto
import SampanRPC
import SampanSiege
@testable import SampanTransport
import Synchronization
import Testing

/// What callers and admins are told; every label is in the proof `handshake-labels`.
@Suite("Failed handshakes, told on both ends", .timeLimit(.minutes(20)))
struct HandshakeLabelTests {
    private static let path = "hospital/12330100470116100X/his-1"

    private static func failure(of body: () async throws -> Void) async -> RPCError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? RPCError
        }
    }

    /// The client's own handshake is over when the server looks at its certificate (RFC 8446 §2): the alert comes in place of SETTINGS.
    @Test("a client that is refused after its own handshake hears why, and the server remembers whom")
    func refusedLate() async throws {
        let trust = try LoopbackTrust()
        let expired = try trust.identity(Self.path, from: -7_200, to: -60)
        try await EchoFixture.with(serverTLS: trust.server(), clientTLS: trust.client(expired)) { fixture in
            let error = await Self.failure { try await fixture.echo() }
            #expect(error?.code == .unauthenticated)
            let message = try #require(error?.message)
            #expect(message.contains("CERTIFICATE_EXPIRED: our certificate has expired; renew it"), "\(message)")
            #expect(message.contains("no connection to 127.0.0.1:\(fixture.address.port)"))
            await fixture.channel.shutdown(grace: .zero)
            await fixture.server.shutdown(grace: .zero)
            #expect(fixture.server.handshakeFailures.counts == [.certificateExpired: 1])
            let entry = try #require(fixture.server.handshakeFailures.entries(of: "127.0.0.1").last)
            #expect(entry.failure.explanation.party == .peer)
            #expect(entry.failure.certificate?.uris == ["spiffe://region.test/\(Self.path)"])
            #expect(entry.failure.certificate?.serial == expired.leaf.serial)
            #expect(entry.failure.certificate?.fingerprint == expired.leaf.fingerprint)
            #expect(entry.failure.certificate?.validity == expired.leaf.validity)
            #expect(!entry.failure.isAfterHandshake)
        }
    }

    @Test("a client that refuses the server is UNAVAILABLE and says what is wrong there; the server hears it too")
    func serverRefused() async throws {
        let trust = try LoopbackTrust()
        let strange = try trust.identity("platform/p/n", domain: "elsewhere.test")
        try await EchoFixture.with(serverTLS: trust.server(strange), clientTLS: trust.client()) { fixture in
            let error = await Self.failure { try await fixture.echo() }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("CERTIFICATE_HOSTNAME_MISMATCH: the server is of another trust domain") == true)
        }
    }

    @Test("a good handshake is counted, and leaves no record")
    func success() async throws {
        let trust = try LoopbackTrust()
        try await EchoFixture.with(serverTLS: trust.server(), clientTLS: trust.client()) { fixture in
            try await fixture.echo()
            #expect(fixture.server.handshakeFailures.counts == [.success: 1])
            await fixture.channel.shutdown(grace: .zero)
            await fixture.server.shutdown(grace: .zero)
            #expect(fixture.server.handshakeFailures.counts == [.success: 1])
            #expect(fixture.server.handshakeFailures.addresses.isEmpty)
        }
    }

    @Test("of two addresses the failure that says more is told, in either order", arguments: [false, true])
    func twoAddresses(isSilentFirst: Bool) async throws {
        let trust = try LoopbackTrust()
        let closed = try ReservedPort()
        try await EchoFixture.with(loops: 1, serverTLS: trust.server()) { fixture in
            let ends = [Endpoint(host: "127.0.0.1", port: fixture.address.port), Endpoint(host: "127.0.0.1", port: closed.port)]
            for balancing in [BalancingPolicy.pickFirst, .roundRobin] {
                var habits = ChannelConfiguration()
                habits.balancing = balancing
                let channel = ClientChannel(
                    group: fixture.group, endpoints: isSilentFirst ? ends.reversed() : ends, tls: try trust.context(.client, nil),
                    configuration: habits)
                let error = await Self.failure { _ = try await channel.unary(EchoService.unary, FramedMessage(payload: []), .defaults) }
                #expect(error?.code == .unauthenticated, "\(balancing)")
                #expect(error?.message.contains("CERTIFICATE_VERIFICATION_FAILED: the peer asks for a certificate") == true)
                await channel.shutdown(grace: .zero)
            }
        }
    }

    @Test("a call that waits for a connection goes on waiting while it is refused, and is answered once it is not")
    func waitsForReady() async throws {
        let trust = try LoopbackTrust()
        let asked = Mutex(0)
        var server = TLSConfiguration(
            role: .server, identity: try trust.identity("platform/p/n"), trustRoots: [trust.root.certificate],
            expectedTrustDomain: trust.domain)
        server.verdict = { _ in
            asked.withLock {
                $0 += 1
                return $0 > 2 ? .admitted : .refused
            }
        }
        var habits = ChannelConfiguration()
        habits.initialBackoff = .milliseconds(1)
        var options = CallOptions(timeout: .seconds(30))
        options.waitForReady = true
        try await EchoFixture.with(serverTLS: TLSContext(server), clientTLS: trust.client(), channelConfiguration: habits) { fixture in
            try await fixture.echo([7], options)
            #expect(fixture.server.handshakeFailures.counts == [.certificateVerificationFailed: 2, .success: 1])
        }
    }

    @Test("an alert that a reset follows is read before it", arguments: 0..<8)
    func alertBeforeReset(round: Int) async throws {
        let trust = try LoopbackTrust()
        let listener = try #require(RawListener())
        let group = try EventLoopGroup(count: 1)
        // At once: the set-up of the client does not wait for a busy pool.
        let served = Task.immediate {
            try await RawSocket.onThread {
                guard let socket = listener.accept() else { return }
                _ = socket.read()
                socket.write([21, 3, 3, 0, 2, 2, 44])
                socket.resetAtEnd()
            }
        }
        var habits = ChannelConfiguration()
        habits.setUpTimeout = .seconds(60)
        let channel = ClientChannel(
            group: group, host: "127.0.0.1", port: listener.address.port, tls: try trust.client(), configuration: habits)
        let options = CallOptions(timeout: .seconds(60))
        let error = await Self.failure { _ = try await channel.unary(EchoService.unary, FramedMessage(payload: []), options) }
        #expect(
            error?.message.contains("CERTIFICATE_REVOKED: our certificate is revoked") == true,
            "round \(round): \(error?.message ?? "no error")")
        try await served.value
        await channel.shutdown(grace: .zero)
        await group.shutdown()
    }

    @Test("a port check is one in the record")
    func portCheck() async throws {
        let trust = try LoopbackTrust()
        try await EchoFixture.with(serverTLS: trust.server(), clientTLS: trust.client()) { fixture in
            let address = fixture.address
            try await RawSocket.onThread { _ = RawSocket(to: address) }
            // Accepted after it: when this is answered, the other has been accepted, and its end read or to be read.
            try await fixture.echo()
            await fixture.channel.shutdown(grace: .zero)
            await fixture.server.shutdown(grace: .seconds(5))
            let entry = try #require(fixture.server.handshakeFailures.entries(of: "127.0.0.1").last)
            #expect(entry.failure.explanation.result == .peerConnectionClosed)
            #expect(entry.failure.explanation.detail.contains("port check"))
        }
    }
}
