import InteropMessages
import SampanAPI
import SampanRPC

/// `grpc.testing.TestService`, as gRPC's interop-test-descriptions.md asks of servers.
struct TestService: GRPCTesting.TestServiceHandler {
    /// Largest payload that is made on request: no more than a message may have.
    private static let largestPayload = 4 * 1_024 * 1_024 - 1_024
    /// Longest wait before an answer.
    private static let longestInterval = Duration.seconds(10)

    func emptyCall(_ request: GRPCTesting.Empty, context: CallContext) async throws -> GRPCTesting.Empty { GRPCTesting.Empty() }

    func unaryCall(_ request: GRPCTesting.SimpleRequest, context: CallContext) async throws -> GRPCTesting.SimpleResponse {
        try Self.check(request.expectCompressed, context)
        try Self.echoMetadata(context)
        try Self.fail(request.responseStatus)
        if let compressed = request.responseCompressed { context.compressesResponses = compressed.value }
        var response = GRPCTesting.SimpleResponse()
        response.payload = try Self.payload(request.responseSize)
        return response
    }

    func cacheableUnaryCall(_ request: GRPCTesting.SimpleRequest, context: CallContext) async throws -> GRPCTesting.SimpleResponse {
        try await unaryCall(request, context: context)
    }

    func streamingOutputCall(
        _ request: GRPCTesting.StreamingOutputCallRequest, responses: MessageWriter<GRPCTesting.StreamingOutputCallResponse>,
        context: CallContext
    ) async throws {
        try Self.echoMetadata(context)
        context.compressesResponses = request.responseParameters.contains { $0.compressed?.value == true }
        try await Self.answer(request, responses)
        try Self.fail(request.responseStatus)
    }

    func streamingInputCall(
        _ requests: MessageStream<GRPCTesting.StreamingInputCallRequest>, context: CallContext
    ) async throws -> GRPCTesting.StreamingInputCallResponse {
        try Self.echoMetadata(context)
        var total = 0
        for try await request in requests {
            try Self.check(request.expectCompressed, context)
            total += request.payload?.body.count ?? 0
        }
        var response = GRPCTesting.StreamingInputCallResponse()
        guard let size = Int32(exactly: total) else { throw RPCError(code: .outOfRange, message: "more than 2 GiB of payload") }
        response.aggregatedPayloadSize = size
        return response
    }

    func fullDuplexCall(
        _ requests: MessageStream<GRPCTesting.StreamingOutputCallRequest>,
        responses: MessageWriter<GRPCTesting.StreamingOutputCallResponse>, context: CallContext
    ) async throws {
        try Self.echoMetadata(context)
        for try await request in requests {
            try Self.fail(request.responseStatus)
            try await Self.answer(request, responses)
        }
    }

    func halfDuplexCall(
        _ requests: MessageStream<GRPCTesting.StreamingOutputCallRequest>,
        responses: MessageWriter<GRPCTesting.StreamingOutputCallResponse>, context: CallContext
    ) async throws {
        try Self.echoMetadata(context)
        var all: [GRPCTesting.StreamingOutputCallRequest] = []
        for try await request in requests { all.append(request) }
        for request in all { try await Self.answer(request, responses) }
    }

    /// Never hosted: see `HostedTestService`.
    func unimplementedCall(_ request: GRPCTesting.Empty, context: CallContext) async throws -> GRPCTesting.Empty {
        throw RPCError(code: .unimplemented, message: "nobody implements this method")
    }

    // MARK: Small parts

    private static func answer(
        _ request: GRPCTesting.StreamingOutputCallRequest, _ responses: MessageWriter<GRPCTesting.StreamingOutputCallResponse>
    ) async throws {
        for wanted in request.responseParameters {
            if wanted.intervalUs > 0 { try await Task.sleep(for: min(.microseconds(Int(wanted.intervalUs)), longestInterval)) }
            var response = GRPCTesting.StreamingOutputCallResponse()
            response.payload = try payload(wanted.size)
            try await responses.send(response, isCompressible: wanted.compressed?.value ?? true)
        }
    }

    private static func payload(_ size: Int32) throws -> GRPCTesting.Payload {
        guard (0...largestPayload).contains(Int(size)) else {
            throw RPCError(code: .invalidArgument, message: "a payload of \(size) bytes; 0 to \(largestPayload) are made")
        }
        var payload = GRPCTesting.Payload()
        payload.body = [UInt8](repeating: 0, count: Int(size))
        return payload
    }

    private static func check(_ expected: GRPCTesting.BoolValue?, _ context: CallContext) throws {
        guard let expected, expected.value != context.lastRequestWasCompressed else { return }
        throw RPCError(
            code: .invalidArgument, message: "the request came \(expected.value ? "uncompressed" : "compressed"), against what it says")
    }

    private static func fail(_ status: GRPCTesting.EchoStatus?) throws {
        guard let status, status.code != 0 else { return }
        throw RPCError(code: StatusCode(rawValue: Int(status.code)) ?? .unknown, message: status.message)
    }

    private static func echoMetadata(_ context: CallContext) throws {
        if let value = context.requestMetadata[ascii: EchoedMetadata.initial] {
            var metadata = Metadata()
            try metadata.append(value, for: EchoedMetadata.initial)
            context.addInitialMetadata(metadata)
        }
        if let value = context.requestMetadata[binary: EchoedMetadata.trailing] {
            var metadata = Metadata()
            try metadata.append(value, for: EchoedMetadata.trailing)
            context.addTrailingMetadata(metadata)
        }
    }
}

/// Keys whose values the server sends back.
enum EchoedMetadata {
    static let initial = "x-grpc-test-echo-initial"
    static let trailing = "x-grpc-test-echo-trailing-bin"
}

/// The service as it is hosted: without the method that no server may have.
struct HostedTestService: RPCService {
    private let service = TestService()

    var methodHandlers: [MethodHandler] {
        service.methodHandlers.filter { $0.method != GRPCTesting.TestServiceMethods.unimplementedCall }
    }
    var contract: FileDescriptor? { service.contract }
}
