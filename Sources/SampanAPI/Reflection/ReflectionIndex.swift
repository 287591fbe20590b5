internal import SampanRPC

/// What one caller may see: the services, and every file that their contracts need.
struct ReflectionIndex {
    typealias Request = GRPCReflectionV1.ServerReflectionRequest.MessageRequest
    typealias Response = GRPCReflectionV1.ServerReflectionResponse.MessageResponse

    private let services: [String]
    private let files: [String: FileDescriptor]

    init(_ services: [(name: String, contract: FileDescriptor)]) {
        self.services = services.map(\.name)
        var files: [String: FileDescriptor] = [:]
        for file in Self.closure(services.map(\.contract)) { files[file.name] = file }
        self.files = files
    }

    func answer(_ request: Request?) -> Response {
        switch request {
        case .fileByFilename(let name): file(files[name], "there is no such file here")
        case .fileContainingSymbol(let symbol):
            file(files.values.first { $0.symbols.contains(symbol) }, "there is no such symbol here")
        case .listServices: list()
        case .fileContainingExtension: failure(.notFound, "the contracts here are proto3: they have no extensions")
        case .allExtensionNumbersOfType(let type): extensions(type)
        case nil: failure(.invalidArgument, "the request asks for nothing")
        }
    }

    /// The file asked for and all that it imports, so that a client needs no second question.
    private func file(_ file: FileDescriptor?, _ otherwise: String) -> Response {
        guard let file else { return failure(.notFound, otherwise) }
        var response = GRPCReflectionV1.FileDescriptorResponse()
        response.fileDescriptorProto = Self.closure([file]).map(\.serialized)
        return .fileDescriptorResponse(response)
    }

    private func list() -> Response {
        var response = GRPCReflectionV1.ListServiceResponse()
        response.service = services.map { name in
            var service = GRPCReflectionV1.ServiceResponse()
            service.name = name
            return service
        }
        return .listServicesResponse(response)
    }

    private func extensions(_ type: String) -> Response {
        guard files.values.contains(where: { $0.symbols.contains(type) }) else { return failure(.notFound, "there is no such type here") }
        var response = GRPCReflectionV1.ExtensionNumberResponse()
        response.baseTypeName = type
        return .allExtensionNumbersResponse(response)
    }

    private func failure(_ code: StatusCode, _ message: String) -> Response {
        var response = GRPCReflectionV1.ErrorResponse()
        response.errorCode = Int32(code.rawValue)
        response.errorMessage = message
        return .errorResponse(response)
    }

    /// The files and those that they import, each once, in the order in which they are met.
    private static func closure(_ files: [FileDescriptor]) -> [FileDescriptor] {
        var seen: Set<String> = []
        var found: [FileDescriptor] = []
        var open = files
        while let file = open.first {
            open.removeFirst()
            guard seen.insert(file.name).inserted else { continue }
            found.append(file)
            open += file.dependencies
        }
        return found
    }
}
