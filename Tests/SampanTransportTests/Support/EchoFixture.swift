import SampanCrypto
import SampanRPC
import SampanTransport
import Testing

/// An echo server on a free port of loopback and a channel to it.
struct EchoFixture {
    let group: EventLoopGroup
    let server: GRPCServer
    let channel: ClientChannel
    let address: SocketAddress
    let cancellations: AsyncStream<Void>

    static func with<R>(
        loops: Int = 1, configuration: ServerConfiguration = .unhurried, serverTLS: TLSContext? = nil,
        clientTLS: TLSContext? = nil, channelConfiguration: ChannelConfiguration = ChannelConfiguration(),
        interceptors: [any CallInterceptor] = [], methods: [MethodHandler] = [], _ body: (EchoFixture) async throws -> R
    ) async throws -> R {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let group = try EventLoopGroup(count: loops)
        let server = try GRPCServer(
            group: group, services: [EchoService(cancellations: continuation), ListedMethods(methodHandlers: methods)],
            interceptors: interceptors, configuration: configuration, tls: serverTLS)
        let address = try await server.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
        let channel = ClientChannel(
            group: group, host: address.host, port: address.port, tls: clientTLS, configuration: channelConfiguration)
        let fixture = EchoFixture(group: group, server: server, channel: channel, address: address, cancellations: stream)
        let result: Result<R, any Error>
        do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
        await channel.shutdown(grace: .zero)
        await server.shutdown(grace: .zero)
        await group.shutdown()
        return try result.get()
    }

    /// One echo; throws what the call throws.
    func echo(_ payload: [UInt8] = [1], _ options: CallOptions = .defaults) async throws {
        let reply = try await channel.unary(EchoService.unary, FramedMessage(payload: payload), options)
        #expect(reply.message == payload)
    }
}

/// Methods that one test needs.
struct ListedMethods: RPCService {
    let methodHandlers: [MethodHandler]

    static func descriptor(_ name: String, _ kind: MethodDescriptor.Kind = .unary) -> MethodDescriptor {
        MethodDescriptor(service: "test.Listed", name: name, kind: kind)
    }
}

/// The code of the error that a body throws; nil when it throws none.
func code(of body: () async throws -> Void) async -> StatusCode? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? RPCError)?.code ?? .unknown
    }
}
