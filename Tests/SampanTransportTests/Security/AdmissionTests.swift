import SampanCrypto
import SampanRPC
import StoreTestSupport
import Testing

@testable import SampanTransport

@Suite("Peers that are counted, drained, confined, or let in no more", .timeLimit(.minutes(20)))
struct AdmissionTests {
    private static let reason = RPCError(code: .unauthenticated, message: "its issuer is gone")

    @Test("connections, streams and unary calls are counted at servers and channels, and nothing is touched")
    func counts() async throws {
        try await LiveRegion.with(LoopbackTrust(), clients: 2) { region in
            let (first, second) = (region.clients[0], region.clients[1])
            let streams = [try await first.stream(), try await first.stream()]
            let channel = first.channel
            let hanging = Task.immediate { try await channel.unary(EchoService.hang, FramedMessage(payload: []), .defaults) }
            try await first.echo()
            try await second.echo()
            let one = await region.serverCredentials.count { $0.identity.institution == LiveRegion.institution(0) }
            #expect(one.connections == 1 && one.streams == 3 && one.calls == 1)
            let all = await region.serverCredentials.count()
            #expect(all.connections == 2 && all.streams == 3)
            let own = await first.credentials.count()
            #expect(own.connections == 1 && own.streams == 3 && own.calls == 1)
            #expect(await region.serverCredentials.count { _ in false } == ConnectionCount())
            for stream in streams {
                try await stream.send(FramedMessage(payload: [8]))
                #expect(try await stream.next() == [8])
            }
            hanging.cancel()
            _ = await hanging.result
        }
    }

    @Test("drained connections let their calls end and take no others: new ones are made, by either end", arguments: [true, false])
    func drains(byServer: Bool) async throws {
        try await LiveRegion.with(LoopbackTrust(), clients: 2) { region in
            let (first, second) = (region.clients[0], region.clients[1])
            let streams = (try await first.stream(), try await second.stream())
            if byServer {
                await region.serverCredentials.drain { $0.peer.identity.institution == LiveRegion.institution(0) }
            } else {
                await first.credentials.drain { $0.peer.identity.role == .platform }
            }
            try await streams.0.send(FramedMessage(payload: [9]))
            #expect(try await streams.0.next() == [9])
            try await first.echo()
            try await second.echo()
            let count = await region.serverCredentials.count { $0.identity.institution == LiveRegion.institution(0) }
            #expect(count.connections == 2 && count.streams == 1)
            #expect(await region.serverCredentials.count { $0.identity.institution == LiveRegion.institution(1) }.connections == 1)
            await streams.0.finish()
            #expect(try await streams.0.next() == nil)
        }
    }

    @Test("newcomers that are refused leave those who are here alone")
    func newcomers() async throws {
        try await LiveRegion.with(LoopbackTrust(), clients: 1) { region in
            let client = region.clients[0]
            try await client.echo()
            let report = await region.serverCredentials.deny(nil, newcomers: { _, _ in Self.reason })
            #expect(report == .nothing)
            try await client.echo()
            let late = try region.client(LiveRegion.path(3))
            #expect(await code { try await late.echo() } == .unauthenticated)
            #expect(region.server.handshakeFailures.counts[.certificateRevoked] == 1)
            await late.channel.shutdown(grace: .zero)
        }
    }

    @Test("a confined peer may call what it is confined to, on old connections and new ones, until it is not confined any more")
    func confined() async throws {
        try await LiveRegion.with(LoopbackTrust(), clients: 2) { region in
            let (first, second) = (region.clients[0], region.clients[1])
            try await first.echo()
            let confined = ConfinedPeer(methods: [EchoService.unary.path], status: Self.reason)
            _ = await region.serverCredentials.deny(
                nil, confinement: { $0.identity.institution == LiveRegion.institution(0) ? confined : nil })
            let late = try region.client(LiveRegion.path(0))
            for client in [first, late] {
                try await client.echo()
                let stream = try await client.channel.open(EchoService.bidi, .defaults)
                let error = await #expect(throws: RPCError.self) { while try await stream.next() != nil {} }
                #expect(error?.code == .unauthenticated && error?.message == Self.reason.message)
            }
            _ = try await second.stream()
            _ = await region.serverCredentials.deny(nil)
            _ = try await first.stream()
            await late.channel.shutdown(grace: .zero)
        }
    }

    @Test("what was prepared is not in force before it is used; what failed its trial says so")
    func prepared() async throws {
        let (trust, stranger) = (try LoopbackTrust(), try LoopbackTrust())
        let credentials = try LiveCredentials(trust.credentials(LiveRegion.path(0)))
        let good = try await credentials.prepare(try trust.credentials(LiveRegion.path(0)))
        #expect(good.trialFailure == nil && credentials.generation == 1)
        let bad = try await credentials.prepare(trust.credentials(LiveRegion.path(0), roots: [stranger.root.certificate]))
        #expect(bad.trialFailure?.step == .shownAsServer && credentials.generation == 1)
        #expect(credentials.use(bad) == 2 && credentials.credentials.roots == [stranger.root.certificate])
        await #expect(throws: SwapError.self) { try await credentials.prepare(trust.credentials(LiveRegion.path(1))) }
    }

    @Test("a listener for enrolment asks for nothing, and shows what is in force after a swap")
    func enrollment() async throws {
        let (trust, next) = (try LoopbackTrust(), try LoopbackTrust())
        let group = try EventLoopGroup(count: 1)
        let own = try LiveCredentials(trust.credentials(LiveRegion.serverPath))
        let (_, cancellations) = AsyncStream.makeStream(of: Void.self)
        let server = try GRPCServer(group: group, services: [EchoService(cancellations: cancellations)], enrollment: own)
        let address = try await server.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
        func ask(_ trust: LoopbackTrust) async throws {
            let channel = try ClientChannel(
                group: group, endpoints: [Endpoint(host: address.host, port: address.port)], enrollmentRoots: [trust.root.certificate],
                trustDomain: trust.domain)
            let result: Result<Void, any Error>
            do {
                result = .success(_ = try await channel.unary(EchoService.unary, FramedMessage(payload: [1]), .defaults))
            } catch {
                result = .failure(error)
            }
            await channel.shutdown(grace: .zero)
            try result.get()
        }
        try await ask(trust)
        #expect(await code { try await ask(next) } == .unavailable)
        _ = try await own.swap(to: next.credentials(LiveRegion.serverPath))
        try await ask(next)
        #expect(await code { try await ask(trust) } == .unavailable)
        await server.shutdown(grace: .zero)
        await group.shutdown()
    }
}
