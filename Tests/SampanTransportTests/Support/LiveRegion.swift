import SampanCrypto
import SampanRPC
import SampanTransport
import StoreTestSupport
import Synchronization
import Testing

/// A server and clients of several institutions over mutual TLS, each with credentials that can be replaced.
struct LiveRegion {
    struct Client {
        let path: String
        let credentials: LiveCredentials
        let channel: ClientChannel

        /// One echo; throws what the call throws.
        func echo(_ payload: [UInt8] = [1], _ options: CallOptions = .defaults) async throws {
            let reply = try await channel.unary(EchoService.unary, FramedMessage(payload: payload), options)
            #expect(reply.message == payload)
        }

        /// A stream that has answered once.
        func stream(_ options: CallOptions = .defaults) async throws -> any ClientStream {
            let stream = try await channel.open(EchoService.bidi, options)
            try await stream.send(FramedMessage(payload: [7]))
            #expect(try await stream.next() == [7])
            return stream
        }
    }

    static let serverPath = "platform/12330100470116100X/node-1"
    let group: EventLoopGroup
    let server: GRPCServer
    let serverCredentials: LiveCredentials
    let address: SocketAddress
    let clients: [Client]
    /// One element for every handler of `EchoService.hang` that was cancelled.
    let cancellations: AsyncStream<Void>
    private let trust: LoopbackTrust

    /// The most that a cut may take here, in nanoseconds. 10 s tell one that hangs; that it is over within a second is for a proof that has
    /// the machine to itself: here hundreds of tests share it, and a turn of a loop may wait for the others (2.1 s were seen).
    static let longestCut: Int64 = 10_000_000_000

    /// The institution of a client.
    static func institution(_ index: Int) -> String { "INSTITUTION-\(index)" }

    static func path(_ index: Int) -> String { "hospital/\(institution(index))/his-1" }

    static func with<R>(
        _ trust: LoopbackTrust, clients count: Int, loops: Int = 2, configuration: ServerConfiguration = ServerConfiguration(),
        channelConfiguration: ChannelConfiguration = ChannelConfiguration(), methods: [MethodHandler] = [],
        _ body: (LiveRegion) async throws -> R
    ) async throws -> R {
        var configuration = configuration
        // Raw peers of a full suite may be kept waiting for a thread longer than a set-up may take otherwise.
        configuration.setUpTimeout = .seconds(60)
        let (cancellations, continuation) = AsyncStream.makeStream(of: Void.self)
        let group = try EventLoopGroup(count: loops)
        let own = try LiveCredentials(trust.credentials(serverPath))
        let server = try GRPCServer(
            group: group, services: [EchoService(cancellations: continuation), ListedMethods(methodHandlers: methods)],
            configuration: configuration, credentials: own)
        let address = try await server.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
        let clients = try (0..<count).map { index in
            let credentials = try LiveCredentials(trust.credentials(path(index)))
            let channel = ClientChannel(
                group: group, endpoints: [Endpoint(host: address.host, port: address.port)], credentials: credentials,
                configuration: channelConfiguration)
            return Client(path: path(index), credentials: credentials, channel: channel)
        }
        let region = LiveRegion(
            group: group, server: server, serverCredentials: own, address: address, clients: clients, cancellations: cancellations,
            trust: trust)
        let result: Result<R, any Error>
        do { result = .success(try await body(region)) } catch { result = .failure(error) }
        for client in clients { await client.channel.shutdown(grace: .zero) }
        await server.shutdown(grace: .zero)
        await group.shutdown()
        return try result.get()
    }

    /// One more client of an institution, with a channel of its own; who makes it shuts it down.
    func client(_ path: String) throws -> Client {
        let credentials = try LiveCredentials(trust.credentials(path))
        let channel = ClientChannel(
            group: group, endpoints: [Endpoint(host: address.host, port: address.port)], credentials: credentials)
        return Client(path: path, credentials: credentials, channel: channel)
    }

    /// Swaps the credentials of everybody, the server first.
    func swapAll(_ credentials: (String) throws -> NodeCredentials) async throws {
        _ = try await serverCredentials.swap(to: credentials(Self.serverPath))
        for client in clients { _ = try await client.credentials.swap(to: credentials(client.path)) }
    }
}

/// What a load has come to.
final class LoadTally: Sendable {
    private let state = Mutex((failures: [String](), isOver: false))
    private let made = AwaitedCount()

    var isOver: Bool { state.withLock { $0.isOver } }
    var calls: Int { made.value }
    var failures: [String] { state.withLock { $0.failures } }

    func end() { state.withLock { $0.isOver = true } }

    /// Makes calls until the end, or the first that fails.
    func run(_ call: () async throws -> Void) async {
        while !isOver {
            do {
                try await call()
                made.addOne()
            } catch {
                state.withLock { $0.failures.append("\(error)") }
                made.end()
                return
            }
        }
    }

    /// Returns when so many calls more were made, or one has failed.
    func more(_ count: Int) async {
        await made.reaches(calls + count)
    }
}
