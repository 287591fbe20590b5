import SampanAPI
import SampanRPC
import SampanTestMessages

/// Answers each kind of call in the simplest way that can be told apart.
struct FourKinds: TestV1.FourKindsServiceHandler {
    func `do`(_ request: TestV1.Small, context: CallContext) async throws -> TestV1.Small {
        guard request.number >= 0 else {
            throw RPCError(
                code: .invalidArgument, message: "number is negative",
                details: [
                    GoogleRPC.BadRequest(fieldViolations: [.init(field: "number", description: "0 or more")]),
                    GoogleRPC.ErrorInfo(reason: "NEGATIVE", domain: "region.example"),
                ])
        }
        return TestV1.Small(payload: request.payload, number: request.number + 1)
    }

    func watch(_ request: TestV1.Small, responses: MessageWriter<TestV1.Small>, context: CallContext) async throws {
        for number in 0..<request.number { try await responses.send(TestV1.Small(number: number)) }
        if request.payload == [1] { throw RPCError(code: .dataLoss, message: "lost") }
    }

    func collect(_ requests: MessageStream<TestV1.Small>, context: CallContext) async throws -> TestV1.Small {
        var sum = TestV1.Small()
        for try await request in requests {
            sum.number += request.number
            sum.payload += request.payload
        }
        return sum
    }

    func chat(_ requests: MessageStream<TestV1.Small>, responses: MessageWriter<TestV1.Small>, context: CallContext) async throws {
        while let request = try await requests.next() { try await responses.send(TestV1.Small(number: -request.number)) }
    }

    func init_(_ request: GoogleProtobuf.Empty, context: CallContext) async throws -> GoogleProtobuf.Empty {
        throw RPCError(code: .failedPrecondition, message: context.requestMetadata[ascii: "x-word"] ?? "no word")
    }

    func `default`(_ request: TestV1.Keywords.TypeMessage, context: CallContext) async throws -> TestV1.Empty {
        // Until the call is cancelled.
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        for await _ in stream {}
        withExtendedLifetime(continuation) {}
        return TestV1.Empty()
    }
}
