import Testing
import SampanCrypto
import SampanRPC
import SampanTransport

/// An echo server on a free port of loopback and a channel to it.
struct EchoFixture {
    let group: EventLoopGroup
    let server: GRPCServer
    let channel: ClientChannel
    let address: SocketAddress
    let cancellations: AsyncStream<Void>

    static func with<R>(
        loops: Int = 1, configuration: ServerConfiguration = ServerConfiguration(), serverTLS: TLSContext? = nil,
        clientTLS: TLSContext? = nil, _ body: (EchoFixture) async throws -> R
    ) async throws -> R {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let group = try EventLoopGroup(count: loops)
        let server = try GRPCServer(
            group: group, services: [EchoService(cancellations: continuation)], configuration: configuration, tls: serverTLS)
        let address = try await server.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
        let channel = ClientChannel(group: group, host: address.host, port: address.port, tls: clientTLS)
        let fixture = EchoFixture(group: group, server: server, channel: channel, address: address, cancellations: stream)
        let result: Result<R, any Error>
        do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
        await channel.shutdown()
        await server.shutdown(grace: .seconds(1))
        await group.shutdown()
        return try result.get()
    }
}
