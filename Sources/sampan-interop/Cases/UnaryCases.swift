import InteropMessages
import SampanAPI
import SampanRPC

enum UnaryCases {
    /// Sizes of the published cases, in bytes.
    private static let requestSize = 271_828
    private static let responseSize: Int32 = 314_159

    static func empty(_ caller: any Caller) async throws {
        let response = try await GRPCTesting.TestServiceClient(caller).emptyCall(GRPCTesting.Empty())
        try require(response == GRPCTesting.Empty(), "the empty answer holds something")
    }

    static func large(_ caller: any Caller) async throws {
        try await call(caller, request())
    }

    static func clientCompressed(_ caller: any Caller, probes: Bool) async throws {
        if probes {
            try await requireFailure(.invalidArgument) { try await call(caller, request { $0.expectCompressed = Wanted.yes }) }
        }
        try await call(caller, request { $0.expectCompressed = Wanted.yes }, CallOptions(compression: .gzip))
        try await call(caller, request { $0.expectCompressed = Wanted.no })
    }

    static func serverCompressed(_ caller: any Caller) async throws {
        try await call(caller, request { $0.responseCompressed = Wanted.yes })
        try await call(caller, request { $0.responseCompressed = Wanted.no })
    }

    private static func request(_ change: (inout GRPCTesting.SimpleRequest) -> Void = { _ in }) -> GRPCTesting.SimpleRequest {
        var request = GRPCTesting.SimpleRequest()
        request.responseSize = responseSize
        request.payload = Wanted.payload(requestSize)
        change(&request)
        return request
    }

    private static func call(_ caller: any Caller, _ request: GRPCTesting.SimpleRequest, _ options: CallOptions = .defaults) async throws {
        let response = try await GRPCTesting.TestServiceClient(caller).unaryCall(request, options: options)
        try Wanted.check(response.payload, Int(responseSize))
    }
}

/// Values that several cases share.
enum Wanted {
    static let yes = bool(true)
    static let no = bool(false)

    static func payload(_ size: Int) -> GRPCTesting.Payload {
        var payload = GRPCTesting.Payload()
        payload.body = [UInt8](repeating: 0, count: size)
        return payload
    }

    /// The server makes payloads of zeros.
    static func check(_ payload: GRPCTesting.Payload?, _ size: Int) throws {
        let body = payload?.body ?? []
        try require(body.count == size, "a payload of \(body.count) bytes, not \(size)")
        try require(body.allSatisfy { $0 == 0 }, "a payload of other bytes than zeros")
    }

    private static func bool(_ value: Bool) -> GRPCTesting.BoolValue {
        var bool = GRPCTesting.BoolValue()
        bool.value = value
        return bool
    }
}
