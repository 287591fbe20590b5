import SampanRPC
@testable import SampanTransport
import Testing

@Suite("Queue of waiting calls", .timeLimit(.minutes(20)))
struct CallQueueTests {
    /// Runs a body on a loop, with a way to make calls.
    private static func onLoop(_ body: @escaping @Sendable (_ call: () -> OutboundCall) -> Void) async throws {
        let group = try EventLoopGroup(count: 1)
        let loop = group.loops[0]
        await loop.run {
            body {
                ClientCall(
                    method: EchoService.unary, options: .defaults, loop: loop, expires: loop.nowNanoseconds,
                    limits: ChannelConfiguration().callLimits)
            }
        }
        await group.shutdown()
    }

    // Functions, since the macro does not take what changes the queue.
    private static func expect(_ got: Bool, _ wanted: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(got == wanted, sourceLocation: sourceLocation)
    }

    private static func expect(_ got: OutboundCall?, _ wanted: OutboundCall?, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(got === wanted, sourceLocation: sourceLocation)
    }

    @Test("first come, first served; a call that is put back is the first again")
    func order() async throws {
        try await Self.onLoop { make in
            var queue = CallQueue()
            #expect(queue.isEmpty)
            Self.expect(queue.isAwaited(), false)
            Self.expect(queue.popFirst(), nil)
            let calls = (0..<3).map { _ in make() }
            for call in calls { queue.append(call) }
            Self.expect(queue.popFirst(), calls[0])
            queue.putBack(calls[0])
            #expect(queue.count == 3)
            for call in calls { #expect(queue.popFirst() === call) }
            queue.putBack(calls[2])
            Self.expect(queue.popFirst(), calls[2])
            #expect(queue.isEmpty)
        }
    }

    @Test("calls that have ended are passed over, and take no place")
    func ended() async throws {
        try await Self.onLoop { make in
            var queue = CallQueue()
            let calls = (0..<4).map { _ in make() }
            for call in calls { queue.append(call) }
            for index in [0, 2] { calls[index].end(nil) }
            Self.expect(queue.isAwaited(), true)
            #expect(queue.count == 3)
            queue.dropEnded()
            #expect(queue.count == 2)
            Self.expect(queue.popFirst(), calls[1])
            calls[3].end(nil)
            Self.expect(queue.isAwaited(), false)
            Self.expect(queue.takeAll().isEmpty, true)
        }
    }

    @Test("thousands come and go", arguments: [1_023, 1_024, 5_000])
    func many(count: Int) async throws {
        try await Self.onLoop { make in
            var queue = CallQueue()
            let calls = (0..<count).map { _ in make() }
            for call in calls { queue.append(call) }
            for call in calls.dropLast() {
                Self.expect(queue.popFirst(), call)
                queue.append(call)
                #expect(queue.count == count)
            }
            Self.expect(queue.takeAll().count == count, true)
            #expect(queue.isEmpty)
        }
    }
}
