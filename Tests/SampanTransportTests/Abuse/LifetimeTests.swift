import SampanRPC
import SampanSiege
import Synchronization
@testable import SampanTransport
import Testing

@Suite("Life of a connection", .timeLimit(.minutes(20)))
struct LifetimeTests {
    private typealias F = RawFrame

    /// What a peer that answers pings, or does not, sees of a server until it closes.
    private static func watch(
        _ configuration: ServerConfiguration, _ bytes: [UInt8] = [], answers: Bool = true
    ) async throws -> ScriptedPeer.Reaction? {
        let result = try await Siege.lay(configuration) { address -> ScriptedPeer.Reaction? in
            guard let peer = ScriptedPeer(to: address) else { return nil }
            peer.answersPings = answers
            peer.socket.write(bytes)
            return peer.untilClosed()
        }
        return result.outcome
    }

    @Test("a connection without calls ends in two phases after the idle time")
    func idle() async throws {
        var configuration = ServerConfiguration()
        configuration.idleTimeout = .milliseconds(150)
        let reaction = try await Self.watch(configuration, F.call(1))
        #expect(reaction?.ended == [1])
        #expect(reaction?.shutdowns == [0x7FFF_FFFF, 1])
        #expect(reaction?.goAway == nil && reaction?.isClosed == true)
    }

    @Test("an old connection ends in two phases, and calls that outlive the grace are cut")
    func age() async throws {
        var configuration = ServerConfiguration()
        configuration.maximumConnectionAge = .milliseconds(150)
        configuration.connectionAgeGrace = .milliseconds(150)
        let reaction = try await Self.watch(configuration, F.head(1, "/test.Echo/Up"))
        #expect(reaction?.shutdowns == [0x7FFF_FFFF, 1])
        #expect(reaction?.isClosed == true)
    }

    @Test("a peer that answers no ping is given up; one that answers is kept")
    func unresponsive() async throws {
        var configuration = ServerConfiguration()
        configuration.keepaliveInterval = .milliseconds(100)
        configuration.keepaliveTimeout = .milliseconds(100)
        let dead = try await Self.watch(configuration, answers: false)
        #expect(dead?.isClosed == true && dead?.goAway == nil)
        #expect(dead?.asked == 1)
        // It does answer; how soon is up to a busy machine. The next ping comes when the time for the answer to the last is over.
        configuration.keepaliveTimeout = .milliseconds(1_500)
        configuration.idleTimeout = .seconds(5)
        let alive = try await Self.watch(configuration)
        #expect(alive?.shutdowns.count == 2, "it lived until it was idle for too long")
        #expect((alive?.asked ?? 0) >= 3)
    }

    @Test("a client gives up a server that answers no ping, with its calls")
    func deadServer() async throws {
        let group = try EventLoopGroup(count: 1)
        let listener = try #require(try SilentListener())
        var habits = ChannelConfiguration()
        habits.keepaliveInterval = .milliseconds(100)
        habits.keepaliveTimeout = .milliseconds(100)
        // The server's thread may be kept waiting by a full suite; nothing but the ping is to end this.
        habits.setUpTimeout = .seconds(60)
        let channel = ClientChannel(group: group, host: "127.0.0.1", port: listener.port, tls: nil, configuration: habits)
        let served = Task.immediate { try await RawSocket.onThread { listener.acceptAndSay(F.frame(F.settings)) } }
        do {
            _ = try await channel.unary(EchoService.unary, FramedMessage(payload: [1]), CallOptions(timeout: .seconds(60)))
            Issue.record("answered by nobody")
        } catch {
            #expect(error.code == .unavailable)
            #expect("\(error)".contains("ping"), "\(error)")
        }
        try await served.value
        await channel.shutdown()
        await group.shutdown()
    }

    @Test("accept without descriptors waits instead of spinning, and then goes on")
    func descriptors() async throws {
        var configuration = ServerConfiguration()
        configuration.acceptPause = .milliseconds(60)
        let group = try EventLoopGroup(count: 1)
        let loop = group.loops[0]
        let state = try ServerState(
            routes: try RouteTable([EchoService(cancellations: AsyncStream.makeStream(of: Void.self).continuation)]), interceptors: [],
            router: nil, configuration: configuration, security: .plaintext, loops: group.loops)
        let socket = try StreamSocket.listening(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)), backlog: 8)
        let address = try #require(socket.localAddress)
        let failures = Atomic<Int>(0)
        let starved = Atomic<Bool>(true)
        // Sendable: made here, and from here on touched on its loop only.
        nonisolated(unsafe) let listener = Listener(loop: loop, socket: socket, server: state)
        try await loop.run { () throws(SocketError) in
            unsafe listener.acceptFailure = {
                guard starved.load(ordering: .acquiring) else { return nil }
                // The fifth time, there is one again.
                if failures.add(1, ordering: .relaxed).newValue == 5 { starved.store(false, ordering: .releasing) }
                return SocketError(call: "accept4", number: 24)
            }
            try unsafe listener.start()
        }
        let reaction = try await RawSocket.onThread { ScriptedPeer(to: address)?.provoke(F.call(1)) }
        #expect(reaction?.ended == [1])
        #expect(failures.load(ordering: .relaxed) == 5)
        await loop.run {
            unsafe listener.close()
            state.closeAll(loop)
            // Workers that wait for calls end with the server.
            state.drain(loop) {}
        }
        await group.shutdown()
    }
}
