import SampanCrypto
import SampanRPC
import SampanTransport
import Synchronization
import Testing

/// An echo server, a server before it that passes every call on, and a channel to that one.
struct RelayFixture {
    let behind: EchoFixture
    let relay: GRPCServer
    let router: OnwardRouter
    /// Calls by way of the relay.
    let channel: ClientChannel
    let address: SocketAddress

    static func with<R>(
        loops: Int = 1, configuration: ServerConfiguration = .unhurried, methods: [MethodHandler] = [],
        behind: ServerConfiguration = .unhurried, channelConfiguration: ChannelConfiguration = ChannelConfiguration(),
        interceptors: [any CallInterceptor] = [], _ body: (RelayFixture) async throws -> R
    ) async throws -> R {
        try await EchoFixture.with(loops: loops, configuration: behind, methods: methods) { echo in
            let router = OnwardRouter(echo.group, echo.address)
            let relay = try GRPCServer(
                group: echo.group, services: [], interceptors: interceptors, configuration: configuration, tls: nil, router: router)
            let address = try await relay.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
            let channel = ClientChannel(
                group: echo.group, host: address.host, port: address.port, tls: nil, configuration: channelConfiguration)
            let fixture = RelayFixture(behind: echo, relay: relay, router: router, channel: channel, address: address)
            let result: Result<R, any Error>
            do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
            await channel.shutdown(grace: .zero)
            await relay.shutdown(grace: .zero)
            await router.channel.shutdown(grace: .zero)
            return try result.get()
        }
    }

    func echo(_ payload: [UInt8] = [1], _ options: CallOptions = .defaults) async throws {
        let reply = try await channel.unary(EchoService.unary, FramedMessage(payload: payload), options)
        #expect(reply.message == payload)
    }
}

/// Passes every call on to one address, and remembers what the calls have said of their way.
final class OnwardRouter: CallRouter {
    let channel: RelayChannel
    let seen = Mutex<[RouteFields]>([])
    let fields: [(name: String, value: String)]

    init(_ group: EventLoopGroup, _ address: SocketAddress, fields: [(name: String, value: String)] = []) {
        channel = RelayChannel(plaintext: group, endpoints: [Endpoint(host: address.host, port: address.port)])
        self.fields = fields
    }

    func route(_ call: ArrivingCall) throws(RPCError) -> Way {
        seen.withLock { $0.append(call.fields) }
        let parts = call.path.split(separator: "/")
        guard parts.count == 2 else { throw RPCError(code: .unimplemented, message: "no method") }
        let method = MethodDescriptor(service: String(parts[0]), name: String(parts[1]), kind: .bidirectionalStreaming)
        return .onward(Departure(method: method, channel: channel, fields: fields, target: "behind"), caller: call.peer)
    }
}
