import SampanAPI
import SampanRPC
import SampanTestMessages

/// Answers that gain by being compressed, as their handler says.
struct PackedKinds: TestV1.FourKindsServiceHandler {
    static let payload = [UInt8](repeating: 7, count: 4_000)

    func `do`(_ request: TestV1.Small, context: CallContext) async throws -> TestV1.Small {
        context.compressesResponses = true
        return TestV1.Small(payload: Self.payload, number: request.number + 1)
    }

    func watch(_ request: TestV1.Small, responses: MessageWriter<TestV1.Small>, context: CallContext) async throws {
        context.compressesResponses = true
        for number in 0..<request.number { try await responses.send(TestV1.Small(payload: Self.payload, number: number)) }
    }

    func collect(_ requests: MessageStream<TestV1.Small>, context: CallContext) async throws -> TestV1.Small {
        try await FourKinds().collect(requests, context: context)
    }

    func chat(_ requests: MessageStream<TestV1.Small>, responses: MessageWriter<TestV1.Small>, context: CallContext) async throws {
        try await FourKinds().chat(requests, responses: responses, context: context)
    }

    func init_(_ request: GoogleProtobuf.Empty, context: CallContext) async throws -> GoogleProtobuf.Empty { request }

    func `default`(_ request: TestV1.Keywords.TypeMessage, context: CallContext) async throws -> TestV1.Empty { TestV1.Empty() }
}
