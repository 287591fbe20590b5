import SampanHTTP2
import SampanRPC
@testable import SampanTransport
import StoreTestSupport
import Synchronization
import Testing

@Suite("Calls inside handlers", .timeLimit(.minutes(20)))
struct NestedCallTests {
    private static let outer = ListedMethods.descriptor("Outer")

    /// The channel that a handler calls on.
    private final class Inner: Sendable {
        let channel = Mutex<ClientChannel?>(nil)
    }

    /// A handler that makes a call which is never answered, as a unary call or as a stream.
    private static func handler(_ inner: Inner, asStream: Bool) -> MethodHandler {
        MethodHandler(
            outer,
            .unary { request, _ in
                guard let channel = inner.channel.withLock({ $0 }) else { throw CancellationError() }
                if asStream {
                    let stream = try await channel.open(EchoService.bidi, .defaults)
                    try await stream.send(FramedMessage(payload: request))
                    _ = try await stream.next()
                } else {
                    _ = try await channel.unary(EchoService.unary, FramedMessage(payload: request), .defaults)
                }
                return try FramedMessage(payload: request)
            })
    }

    @Test(
        "the end of the outer call cancels the inner one on the wire, with and without a policy",
        arguments: [false, true], [false, true])
    func cancelled(asStream: Bool, withPolicy: Bool) async throws {
        let inner = Inner()
        let config = try withPolicy ? ScriptedFixture.retry() : .none
        try await ScriptedFixture.with(config, script: { _ in }) { far in
            inner.channel.withLock { $0 = far.channel }
            try await EchoFixture.with(loops: 2, methods: [Self.handler(inner, asStream: asStream)]) { near in
                let task = Task { await code { _ = try await near.channel.unary(Self.outer, FramedMessage(payload: []), .defaults) } }
                #expect(await far.server.wait(for: .called(previousAttempts: 0)))
                task.cancel()
                #expect(await task.value == .cancelled)
                #expect(await far.server.wait(for: .ended(HTTP2ErrorCode.cancel.rawValue)))
            }
            inner.channel.withLock { $0 = nil }
        }
    }

    @Test("the deadline of the outer call ends the inner one", arguments: [false, true])
    func deadline(withPolicy: Bool) async throws {
        let inner = Inner()
        let config = try withPolicy ? ScriptedFixture.retry() : .none
        try await ScriptedFixture.with(config, script: { _ in }) { far in
            inner.channel.withLock { $0 = far.channel }
            try await EchoFixture.with(methods: [Self.handler(inner, asStream: false)]) { near in
                // Long enough for the inner call to begin on a machine that is busy.
                let options = CallOptions(timeout: .seconds(1))
                let outcome = await code { _ = try await near.channel.unary(Self.outer, FramedMessage(payload: []), options) }
                #expect(outcome == .deadlineExceeded)
                #expect(await far.server.wait(for: .ended(HTTP2ErrorCode.cancel.rawValue)))
            }
            inner.channel.withLock { $0 = nil }
        }
    }
}
