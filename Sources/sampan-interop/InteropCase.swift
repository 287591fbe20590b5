/// The cases of gRPC's interop-test-descriptions.md, by their published names.
enum InteropCase: String, CaseIterable {
    case emptyUnary = "empty_unary"
    case largeUnary = "large_unary"
    case clientCompressedUnary = "client_compressed_unary"
    case serverCompressedUnary = "server_compressed_unary"
    case clientCompressedStreaming = "client_compressed_streaming"
    case serverCompressedStreaming = "server_compressed_streaming"
    case clientStreaming = "client_streaming"
    case serverStreaming = "server_streaming"
    case pingPong = "ping_pong"
    case emptyStream = "empty_stream"
    case customMetadata = "custom_metadata"
    case statusCodeAndMessage = "status_code_and_message"
    case specialStatusMessage = "special_status_message"
    case unimplementedMethod = "unimplemented_method"
    case unimplementedService = "unimplemented_service"
    case cancelAfterBegin = "cancel_after_begin"
    case cancelAfterFirstResponse = "cancel_after_first_response"
    case timeoutOnSleepingServer = "timeout_on_sleeping_server"
    case rpcSoak = "rpc_soak"
    case channelSoak = "channel_soak"

    /// Throws what the server did wrong, or the status that a call should not have ended with.
    func run(against server: InteropServer) async throws {
        if self == .channelSoak {
            for _ in 0..<server.soakIterations { try await server.withChannel { try await UnaryCases.large($0) } }
            return
        }
        try await server.withChannel { channel in
            switch self {
            case .emptyUnary: try await UnaryCases.empty(channel)
            case .largeUnary: try await UnaryCases.large(channel)
            case .clientCompressedUnary: try await UnaryCases.clientCompressed(channel, probes: server.probesCompression)
            case .serverCompressedUnary: try await UnaryCases.serverCompressed(channel)
            case .clientCompressedStreaming: try await StreamCases.clientCompressed(channel, probes: server.probesCompression)
            case .serverCompressedStreaming: try await StreamCases.serverCompressed(channel)
            case .clientStreaming: try await StreamCases.client(channel)
            case .serverStreaming: try await StreamCases.server(channel)
            case .pingPong: try await StreamCases.pingPong(channel)
            case .emptyStream: try await StreamCases.empty(channel)
            case .customMetadata: try await StatusCases.customMetadata(channel)
            case .statusCodeAndMessage: try await StatusCases.codeAndMessage(channel)
            case .specialStatusMessage: try await StatusCases.specialMessage(channel)
            case .unimplementedMethod: try await StatusCases.unimplementedMethod(channel)
            case .unimplementedService: try await StatusCases.unimplementedService(channel)
            case .cancelAfterBegin: try await EndingCases.cancelAfterBegin(channel)
            case .cancelAfterFirstResponse: try await EndingCases.cancelAfterFirstResponse(channel)
            case .timeoutOnSleepingServer: try await EndingCases.timeoutOnSleepingServer(channel)
            case .rpcSoak: for _ in 0..<server.soakIterations { try await UnaryCases.large(channel) }
            case .channelSoak: break
            }
        }
    }
}
