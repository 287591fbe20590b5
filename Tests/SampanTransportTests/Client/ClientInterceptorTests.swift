import SampanRPC
@testable import SampanTransport
import Synchronization
import Testing

@Suite("Client interceptors", .timeLimit(.minutes(20)))
struct ClientInterceptorTests {
    /// Adds what it is told to, and notes every end.
    private final class Recording: ClientInterceptor {
        let ends: AsyncStream<StatusCode>
        private let note: AsyncStream<StatusCode>.Continuation
        private let begun = Mutex<[ObjectIdentifier]>([])
        private let change: @Sendable (OutgoingCall) throws(RPCError) -> Void

        init(_ change: @escaping @Sendable (OutgoingCall) throws(RPCError) -> Void = { _ throws(RPCError) in }) {
            (ends, note) = AsyncStream.makeStream(of: StatusCode.self)
            self.change = change
        }

        func begin(_ call: OutgoingCall) throws(RPCError) {
            begun.withLock { $0.append(ObjectIdentifier(call)) }
            try change(call)
        }

        func finished(_ call: OutgoingCall, _ code: StatusCode, duration: Duration) {
            #expect(begun.withLock { $0.last } == ObjectIdentifier(call))
            note.yield(code)
        }

        func end() async -> StatusCode? {
            for await code in ends { return code }
            return nil
        }
    }

    private static func with(
        _ interceptors: [any ClientInterceptor], _ config: ServiceConfig = .none,
        script: @escaping @Sendable (ScriptedServer.Call) -> Void, _ body: (ScriptedFixture) async throws -> Void
    ) async throws {
        var configuration = ChannelConfiguration()
        configuration.interceptors = interceptors
        try await ScriptedFixture.with(config, configuration, script: script, body)
    }

    @Test("they add metadata, and see the status of unary calls and streams")
    func metadata() async throws {
        let first = Recording { call throws(RPCError) in
            var metadata = Metadata()
            metadata.appendReceived(key: "x-trace", value: .ascii(call.method.name))
            call.addMetadata(metadata)
        }
        let second = Recording()
        try await Self.with(
            [first, second],
            script: { call in
                call.fields["x-trace"] == "Unary" ? call.answer([1]) : call.fail(.notFound)
            }
        ) { fixture in
            try await fixture.call()
            let ends = await (first.end(), second.end())
            #expect(ends == (.ok, .ok))
            let stream = try await fixture.channel.open(EchoService.bidi, .defaults)
            #expect(await code { _ = try await stream.next() } == .notFound)
            #expect(await first.end() == .notFound)
        }
    }

    @Test("one that refuses keeps the call off the wire; those before it hear of it")
    func refuses() async throws {
        let first = Recording()
        let second = Recording { _ throws(RPCError) in throw RPCError(code: .permissionDenied, message: "not now") }
        try await Self.with([first, second], script: { $0.answer([1]) }) { fixture in
            #expect(await code { try await fixture.call() } == .permissionDenied)
            #expect(await first.end() == .permissionDenied)
            #expect(fixture.server.attempts == [])
        }
    }

    @Test("one can shorten the deadline")
    func timeout() async throws {
        let hasty = Recording { call throws(RPCError) in call.limitTimeout(to: .milliseconds(30)) }
        try await Self.with([hasty], script: { _ in }) { fixture in
            #expect(await code { try await fixture.call(CallOptions(timeout: .seconds(3_600))) } == .deadlineExceeded)
            #expect(await hasty.end() == .deadlineExceeded)
        }
    }

    @Test("retries and hedges are one call to them")
    func retries() async throws {
        let only = Recording()
        let hedging = try ScriptedFixture.config(.hedging(HedgingPolicy(maximumAttempts: 3, nonFatalCodes: [.unavailable])))
        for config in [try ScriptedFixture.retry(), hedging] {
            try await Self.with(
                [only], config,
                script: { call in
                    call.number == 2 ? call.answer([1]) : call.fail(.unavailable)
                }
            ) { fixture in
                try await fixture.call()
                #expect(await only.end() == .ok)
                #expect(await code { try await fixture.call() } == .unavailable)
                // Had the attempts been reported, their statuses would come first.
                #expect(await only.end() == .unavailable)
            }
        }
    }
}
