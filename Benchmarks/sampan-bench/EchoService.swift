import EchoMessages
import SampanAPI
import SampanRPC

/// `echo.Echo`, everything on: routing, deadlines, protobuf decode and encode, identity, status.
struct EchoService: Echo.EchoHandler {
    func unary(_ request: Echo.Msg, context: CallContext) async throws -> Echo.Msg { request }

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
