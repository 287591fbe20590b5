import SampanRPC
@testable import SampanTransport
import Synchronization
import Testing

@Suite("Endpoint sources", .timeLimit(.minutes(20)))
struct EndpointSourceTests {
    /// Counts what its channel asks of it.
    private final class Counting: EndpointSource {
        let endpoints: [Endpoint]
        let watches = Atomic(0)
        let refreshes = Atomic(0)
        let stops = Atomic(0)

        init(_ endpoints: [Endpoint]) { self.endpoints = endpoints }

        func watch(_ receive: @escaping @Sendable ([Endpoint]) -> Void) {
            watches.add(1, ordering: .relaxed)
            receive(endpoints)
        }

        func refresh() { refreshes.add(1, ordering: .relaxed) }
        func stop() { stops.add(1, ordering: .relaxed) }
    }

    private static func with(
        _ source: any EndpointSource, _ change: (inout ChannelConfiguration) -> Void = { _ in },
        _ body: (ClientChannel) async throws -> Void
    ) async throws {
        let group = try EventLoopGroup(count: 1)
        var configuration = ChannelConfiguration()
        configuration.initialBackoff = .milliseconds(2)
        change(&configuration)
        let channel = ClientChannel(group: group, source: source, tls: nil, configuration: configuration)
        let result: Result<Void, any Error>
        do { result = .success(try await body(channel)) } catch { result = .failure(error) }
        await channel.shutdown(grace: .zero)
        await group.shutdown()
        try result.get()
    }

    private static func call(_ channel: ClientChannel, _ options: CallOptions = .defaults) async -> StatusCode? {
        await code { _ = try await channel.unary(EchoService.unary, FramedMessage(payload: []), options) }
    }

    @Test("it is watched from the first call on, told of failures, and stopped once")
    func life() async throws {
        let source = Counting([Endpoint(host: "127.0.0.1", port: 1)])
        try await Self.with(source) { channel in
            #expect(source.watches.load(ordering: .relaxed) == 0)
            #expect(await Self.call(channel) == .unavailable)
            #expect(await Self.call(channel) == .unavailable)
            #expect(source.watches.load(ordering: .relaxed) == 1)
            #expect(source.refreshes.load(ordering: .relaxed) >= 1)
            await channel.shutdown()
        }
        #expect(source.stops.load(ordering: .relaxed) == 1)
    }

    @Test(
        "endpoints over the limit are left out, and one that stands there twice counts once",
        arguments: [BalancingPolicy.roundRobin, .pickFirst])
    func limit(balancing: BalancingPolicy) async throws {
        try await EchoFixture.with { fixture in
            let good = Endpoint(host: fixture.address.host, port: fixture.address.port)
            let dead = Endpoint(host: "127.0.0.1", port: 1)
            for (list, expected) in [([good, good, dead, good], nil), ([dead, good], .unavailable)] as [([Endpoint], StatusCode?)] {
                let change: (inout ChannelConfiguration) -> Void = {
                    $0.balancing = balancing
                    $0.maximumEndpoints = 1
                }
                try await Self.with(LiveEndpoints(list), change) { channel in #expect(await Self.call(channel) == expected) }
            }
        }
    }

    @Test("a list may be replaced from an interceptor that hears of a failure: nothing locks up")
    func reentrant() async throws {
        final class Replacing: ClientInterceptor {
            let endpoints = LiveEndpoints()

            func begin(_ call: OutgoingCall) throws(RPCError) {}
            func finished(_ call: OutgoingCall, _ code: StatusCode, duration: Duration) {
                endpoints.replace(with: [Endpoint(host: "127.0.0.1", port: 1)])
            }
        }
        let interceptor = Replacing()
        try await Self.with(interceptor.endpoints, { $0.interceptors = [interceptor] }) { channel in
            for _ in 0..<5 { #expect(await Self.call(channel, CallOptions(timeout: .seconds(10))) == .unavailable) }
        }
    }

    @Test("names are not looked up more often than they may be")
    func lookUpInterval() async throws {
        // Found, and nobody listens: every failed connect asks for another look-up, but only the first is made at once.
        let change: (inout ChannelConfiguration) -> Void = { $0.lookUpInterval = .seconds(3_600) }
        try await Self.with(LiveEndpoints([Endpoint(host: "localhost", port: 1)]), change) { channel in
            for _ in 0..<20 { #expect(await Self.call(channel) == .unavailable) }
            #expect(await channel.core.loop.run { channel.core.lookUpCount } == 1)
        }
    }

    @Test(
        "nothing is left of a channel that has been shut down, with every policy",
        arguments: [BalancingPolicy.roundRobin, .pickFirst, .leastRequest()])
    func released(balancing: BalancingPolicy) async throws {
        let group = try EventLoopGroup(count: 1)
        let server = try await ScriptedServer(group) { $0.answer([1]) }
        weak var core: ChannelCore?
        do {
            var configuration = ChannelConfiguration()
            configuration.balancing = balancing
            configuration.serviceConfig = try ScriptedFixture.retry()
            let endpoints = LiveEndpoints([server.endpoint, Endpoint(host: "127.0.0.1", port: 1)])
            let channel = ClientChannel(group: group, source: endpoints, tls: nil, configuration: configuration)
            core = channel.core
            #expect(await Self.call(channel) == nil)
            await channel.shutdown(grace: .zero)
        }
        // The last timer of the shutdown.
        while core != nil { await group.loops[0].run {} }
        await server.stop()
        await group.shutdown()
    }
}
