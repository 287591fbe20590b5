import SampanRPC
import SampanTransport
import Testing

/// A scripted server and a channel to it.
struct ScriptedFixture {
    let group: EventLoopGroup
    let server: ScriptedServer
    let channel: ClientChannel

    static func with<R>(
        _ config: ServiceConfig = .none, _ configuration: ChannelConfiguration = ChannelConfiguration(),
        script: @escaping @Sendable (ScriptedServer.Call) -> Void, _ body: (ScriptedFixture) async throws -> R
    ) async throws -> R {
        let group = try EventLoopGroup(count: 1)
        let server = try await ScriptedServer(group, script: script)
        var configuration = configuration
        configuration.serviceConfig = config
        configuration.initialBackoff = .milliseconds(5)
        let channel = ClientChannel(group: group, endpoints: [server.endpoint], tls: nil, configuration: configuration)
        let fixture = ScriptedFixture(group: group, server: server, channel: channel)
        let result: Result<R, any Error>
        do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
        await channel.shutdown(grace: .zero)
        await server.stop()
        await group.shutdown()
        return try result.get()
    }

    /// One unary call; throws what the call throws.
    @discardableResult
    func call(_ options: CallOptions = CallOptions(timeout: .seconds(20))) async throws(RPCError) -> [UInt8] {
        try await channel.unary(EchoService.unary, FramedMessage(payload: [1]), options).message
    }

    /// One unary call with this answer.
    func expect(_ answer: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) async throws(RPCError) {
        let got = try await call()
        #expect(got == answer, sourceLocation: sourceLocation)
    }

    /// One policy for every method.
    static func config(_ repetition: MethodConfig.Repetition, throttling: RetryThrottling? = nil) throws -> ServiceConfig {
        try ServiceConfig(methods: [MethodConfig(names: [.init()], repetition: repetition)], throttling: throttling)
    }

    static func retry(
        attempts: Int = 3, backoff: Duration = .milliseconds(4), throttling: RetryThrottling? = nil
    ) throws -> ServiceConfig {
        let policy = try RetryPolicy(
            maximumAttempts: attempts, initialBackoff: backoff, maximumBackoff: backoff, backoffMultiplier: 1,
            retryableCodes: [.unavailable])
        return try config(.retry(policy), throttling: throttling)
    }
}
