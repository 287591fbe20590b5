import InteropMessages
import SampanAPI
import SampanRPC

enum StatusCases {
    static func customMetadata(_ caller: any Caller) async throws {
        var metadata = Metadata()
        try metadata.append("test_initial_metadata_value", for: EchoedMetadata.initial)
        try metadata.append([0xAB, 0xAB, 0xAB], for: EchoedMetadata.trailing)
        let options = CallOptions(metadata: metadata)
        var request = GRPCTesting.SimpleRequest()
        request.responseSize = 314_159
        request.payload = Wanted.payload(271_828)
        let reply: Reply<GRPCTesting.SimpleResponse> = try await caller.unary(GRPCTesting.TestServiceMethods.unaryCall, request, options)
        try check(reply.initialMetadata, reply.trailingMetadata)

        try await GRPCTesting.TestServiceClient(caller).fullDuplexCall(options: options) { requests, responses in
            try await requests.send(StreamCases.request([(314_159, nil)], payload: 271_828))
            await requests.finish()
            try Wanted.check(try await responses.next()?.payload, 314_159)
            try require(try await responses.next() == nil, "an answer too many")
            try check(try await responses.initialMetadata(), responses.trailingMetadata)
        }
    }

    static func codeAndMessage(_ caller: any Caller) async throws {
        let message = "test status message"
        try await unary(caller, message)
        try await requireFailure(.unknown, message) {
            try await GRPCTesting.TestServiceClient(caller).fullDuplexCall { requests, responses in
                var request = GRPCTesting.StreamingOutputCallRequest()
                request.responseStatus = status(message)
                try await requests.send(request)
                await requests.finish()
                while try await responses.next() != nil {}
            }
        }
    }

    static func specialMessage(_ caller: any Caller) async throws {
        try await unary(caller, "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n")
    }

    static func unimplementedMethod(_ caller: any Caller) async throws {
        try await requireFailure(.unimplemented) {
            _ = try await GRPCTesting.TestServiceClient(caller).unimplementedCall(GRPCTesting.Empty())
        }
    }

    static func unimplementedService(_ caller: any Caller) async throws {
        try await requireFailure(.unimplemented) {
            _ = try await GRPCTesting.UnimplementedServiceClient(caller).unimplementedCall(GRPCTesting.Empty())
        }
    }

    // MARK: Small parts

    private static func unary(_ caller: any Caller, _ message: String) async throws {
        try await requireFailure(.unknown, message) {
            var request = GRPCTesting.SimpleRequest()
            request.responseStatus = status(message)
            _ = try await GRPCTesting.TestServiceClient(caller).unaryCall(request)
        }
    }

    private static func status(_ message: String) -> GRPCTesting.EchoStatus {
        var status = GRPCTesting.EchoStatus()
        status.code = 2
        status.message = message
        return status
    }

    private static func check(_ initial: Metadata, _ trailing: Metadata) throws {
        try require(initial[ascii: EchoedMetadata.initial] == "test_initial_metadata_value", "the initial metadata did not come back")
        try require(trailing[binary: EchoedMetadata.trailing] == [0xAB, 0xAB, 0xAB], "the trailing metadata did not come back")
    }
}
