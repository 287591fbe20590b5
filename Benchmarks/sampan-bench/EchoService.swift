import EchoMessages
import SampanAPI
import SampanRPC
import SampanTestSupport

/// `echo.Echo`, everything on: routing, deadlines, protobuf decode and encode, identity, status.
struct EchoService: Echo.EchoHandler {
    /// Steps of work that a unary call costs: what a service does, in a form that takes the same on an idle machine and on a busy one.
    var work = 0

    func unary(_ request: Echo.Msg, context: CallContext) async throws -> Echo.Msg {
        guard work > 0 else { return request }
        var random = SeededRandom(seed: 1)
        var sum: UInt64 = 0
        for _ in 0..<work { sum &+= random.next() }
        // Never: so that the work is done.
        guard sum != 1 else { throw RPCError(code: .internal, message: "the sum is 1") }
        return request
    }

    func down(_ request: Echo.Msg, responses: MessageWriter<Echo.Msg>, context: CallContext) async throws {
        for _ in 0..<max(0, request.count) { try await responses.send(request) }
    }

    func up(_ requests: MessageStream<Echo.Msg>, context: CallContext) async throws -> Echo.Msg {
        var last = Echo.Msg()
        var count: Int32 = 0
        for try await request in requests {
            last = request
            count += 1
        }
        last.count = count
        return last
    }

    func bidi(_ requests: MessageStream<Echo.Msg>, responses: MessageWriter<Echo.Msg>, context: CallContext) async throws {
        for try await request in requests { try await responses.send(request) }
    }
}
