public import SampanRPC

/// Server reflection, `grpc.reflection.v1` and `v1alpha`: the contracts of what is served, for tools such as grpcurl.
///
/// Nobody is shown a service that `isVisible` says no to, nor a file or symbol that only such a service needs.
public struct ReflectionService: RPCService {
    private let services: [(name: String, contract: FileDescriptor)]
    private let isVisible: @Sendable (_ service: String, _ context: CallContext) -> Bool

    /// - Parameters:
    ///   - reflected: the services that are served; those without a contract are left out. This one shows itself too.
    ///   - isVisible: whether a caller may know of a service, by its full name. Called for every request, on the loop.
    public init(
        reflecting reflected: [any RPCService],
        isVisible: @escaping @Sendable (_ service: String, _ context: CallContext) -> Bool = { _, _ in true }
    ) {
        var services: [String: FileDescriptor] = [:]
        for service in reflected {
            guard let contract = service.contract, let name = service.methodHandlers.first?.method.service else { continue }
            services[name] = contract
        }
        services[Self.info.service] = GRPCReflectionV1.reflectionDescriptor
        services[Self.alphaInfo.service] = GRPCReflectionV1alpha.reflectionDescriptor
        self.services = services.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        self.isVisible = isVisible
    }

    private static let info = GRPCReflectionV1.ServerReflectionMethods.serverReflectionInfo
    private static let alphaInfo = GRPCReflectionV1alpha.ServerReflectionMethods.serverReflectionInfo

    /// Both versions: their messages are the same on the wire, so those of v1 serve for both.
    public var methodHandlers: [MethodHandler] {
        [Self.info, Self.alphaInfo].map { method in
            .bidirectionalStreaming(method) { requests, responses, context in
                try await answer(requests, responses, context)
            }
        }
    }

    private func answer(
        _ requests: MessageStream<GRPCReflectionV1.ServerReflectionRequest>,
        _ responses: MessageWriter<GRPCReflectionV1.ServerReflectionResponse>, _ context: CallContext
    ) async throws {
        for try await request in requests {
            let visible = services.filter { isVisible($0.name, context) }
            var response = GRPCReflectionV1.ServerReflectionResponse()
            response.validHost = request.host
            response.originalRequest = request
            response.messageResponse = ReflectionIndex(visible).answer(request.messageRequest)
            try await responses.send(response)
        }
    }
}
