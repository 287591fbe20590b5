import InteropMessages
import SampanAPI
import SampanRPC

enum StreamCases {
    private static let requestSizes = [27_182, 8, 1_828, 45_904]
    private static let responseSizes: [Int32] = [31_415, 9, 2_653, 58_979]

    static func client(_ caller: any Caller) async throws {
        let response = try await GRPCTesting.TestServiceClient(caller).streamingInputCall { requests in
            for size in requestSizes { try await requests.send(input(size)) }
        }
        try require(response.aggregatedPayloadSize == 74_922, "\(response.aggregatedPayloadSize) bytes counted, not 74922")
    }

    static func clientCompressed(_ caller: any Caller, probes: Bool) async throws {
        let service = GRPCTesting.TestServiceClient(caller)
        if probes {
            try await requireFailure(.invalidArgument) {
                _ = try await service.streamingInputCall { try await $0.send(input(27_182, Wanted.yes)) }
            }
        }
        let response = try await service.streamingInputCall(options: CallOptions(compression: .gzip)) { requests in
            try await requests.send(input(27_182, Wanted.yes))
            try await requests.send(input(45_904, Wanted.no), isCompressible: false)
        }
        try require(response.aggregatedPayloadSize == 73_086, "\(response.aggregatedPayloadSize) bytes counted, not 73086")
    }

    static func server(_ caller: any Caller) async throws {
        try await output(caller, responseSizes.map { ($0, nil) })
    }

    static func serverCompressed(_ caller: any Caller) async throws {
        try await output(caller, [(31_415, Wanted.yes), (92_653, Wanted.no)])
    }

    static func pingPong(_ caller: any Caller) async throws {
        try await GRPCTesting.TestServiceClient(caller).fullDuplexCall { requests, responses in
            for (requestSize, responseSize) in zip(requestSizes, responseSizes) {
                try await requests.send(request([(responseSize, nil)], payload: requestSize))
                try Wanted.check(try await responses.next()?.payload, Int(responseSize))
            }
            await requests.finish()
            try require(try await responses.next() == nil, "an answer too many")
        }
    }

    static func empty(_ caller: any Caller) async throws {
        try await GRPCTesting.TestServiceClient(caller).fullDuplexCall { requests, responses in
            await requests.finish()
            try require(try await responses.next() == nil, "an answer to nothing")
        }
    }

    // MARK: Small parts

    private static func output(_ caller: any Caller, _ wanted: [(Int32, GRPCTesting.BoolValue?)]) async throws {
        let responses = try await GRPCTesting.TestServiceClient(caller).streamingOutputCall(request(wanted))
        for (size, _) in wanted { try Wanted.check(try await responses.next()?.payload, Int(size)) }
        try require(try await responses.next() == nil, "an answer too many")
    }

    static func request(_ wanted: [(Int32, GRPCTesting.BoolValue?)], payload: Int? = nil) -> GRPCTesting.StreamingOutputCallRequest {
        var request = GRPCTesting.StreamingOutputCallRequest()
        request.responseParameters = wanted.map { size, compressed in
            var parameters = GRPCTesting.ResponseParameters()
            parameters.size = size
            parameters.compressed = compressed
            return parameters
        }
        request.payload = payload.map(Wanted.payload)
        return request
    }

    private static func input(_ size: Int, _ expectCompressed: GRPCTesting.BoolValue? = nil) -> GRPCTesting.StreamingInputCallRequest {
        var request = GRPCTesting.StreamingInputCallRequest()
        request.payload = Wanted.payload(size)
        request.expectCompressed = expectCompressed
        return request
    }
}
