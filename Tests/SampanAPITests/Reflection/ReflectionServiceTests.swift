import SampanAPI
import SampanProtobuf
import SampanRPC
import SampanTestMessages
import Testing

@Suite("Server reflection", .timeLimit(.minutes(20)))
struct ReflectionServiceTests {
    private typealias Request = GRPCReflectionV1.ServerReflectionRequest
    private typealias Response = GRPCReflectionV1.ServerReflectionResponse

    private static func ask(_ service: ReflectionService, _ question: Request.MessageRequest?) async throws -> Response.MessageResponse? {
        var request = Request()
        request.host = "h"
        request.messageRequest = question
        let client = GRPCReflectionV1.ServerReflectionClient(InMemoryCaller(service))
        return try await client.serverReflectionInfo { requests, responses in
            try await requests.send(request)
            let response = try #require(try await responses.next())
            #expect(response.originalRequest == request)
            #expect(response.validHost == "h")
            await requests.finish()
            #expect(try await responses.next() == nil)
            return response.messageResponse
        }
    }

    /// The answer as text: names of services, names of files, or a code.
    private static func answer(_ service: ReflectionService, _ question: Request.MessageRequest?) async throws -> [String] {
        switch try await ask(service, question) {
        case .listServicesResponse(let list): list.service.map(\.name)
        case .fileDescriptorResponse(let files): files.fileDescriptorProto.map(Self.fileName)
        case .allExtensionNumbersResponse(let numbers): [numbers.baseTypeName] + numbers.extensionNumber.map { "\($0)" }
        case .errorResponse(let error): ["\(error.errorCode)"]
        case nil: []
        }
    }

    /// Field 1 of a FileDescriptorProto, which protoc writes first.
    private static func fileName(_ descriptor: [UInt8]) -> String {
        guard descriptor.count > 2, descriptor[0] == 0x0A else { return "?" }
        return String(decoding: descriptor.dropFirst(2).prefix(Int(descriptor[1])), as: UTF8.self)
    }

    private static let service = "sampan.test.v1.FourKindsService"
    private static let file = "sampan/test/v1/four_kinds_service.proto"
    private static let whole = ReflectionService(reflecting: [FourKinds(), HealthService()])

    @Test("services")
    func services() async throws {
        #expect(
            try await Self.answer(Self.whole, .listServices("")) == [
                "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", Self.service,
            ])
    }

    @Test("files by name and symbol, with what they import; and what is not there")
    func files() async throws {
        for question in [
            Request.MessageRequest.fileByFilename(Self.file), .fileContainingSymbol(Self.service),
            .fileContainingSymbol("\(Self.service).Do"),
        ] {
            #expect(try await Self.answer(Self.whole, question).first == Self.file)
        }
        let nested = Request.MessageRequest.fileContainingSymbol("grpc.health.v1.HealthCheckResponse.ServingStatus")
        #expect(try await Self.answer(Self.whole, nested) == ["grpc/health/v1/health.proto"])
        for question in [
            Request.MessageRequest.fileByFilename("../secret.proto"), .fileByFilename(""), .fileContainingSymbol(""),
            .fileContainingSymbol("sampan"),
            .fileContainingSymbol("\(Self.service).Nothing"), .allExtensionNumbersOfType("no.Type"),
            .fileContainingExtension(GRPCReflectionV1.ExtensionRequest()),
        ] {
            #expect(try await Self.answer(Self.whole, question) == ["5"])
        }
        #expect(try await Self.answer(Self.whole, nil) == ["3"])
        let type = "grpc.health.v1.HealthCheckRequest"
        #expect(try await Self.answer(Self.whole, .allExtensionNumbersOfType(type)) == [type])
    }

    @Test("what a caller may not know of is not there for him")
    func filtered() async throws {
        let service = ReflectionService(reflecting: [FourKinds(), HealthService()]) { name, context in
            #expect(context.peer.address == "memory")
            return !name.hasPrefix("sampan.")
        }
        #expect(try await Self.answer(service, .listServices("")).contains { $0.hasPrefix("sampan.") } == false)
        for question in [Request.MessageRequest.fileByFilename(Self.file), .fileContainingSymbol(Self.service)] {
            #expect(try await Self.answer(service, question) == ["5"])
        }
        #expect(try await Self.answer(service, .fileByFilename("grpc/health/v1/health.proto")) == ["grpc/health/v1/health.proto"])
    }

    @Test("every descriptor decodes and names its file", arguments: [
        GRPCHealthV1.healthDescriptor, GRPCReflectionV1.reflectionDescriptor, GRPCReflectionV1alpha.reflectionDescriptor,
        PaymentV1.paymentServiceDescriptor, GatewayV1.ferryServiceDescriptor, GoogleRPC.errorDetailsDescriptor,
    ])
    func descriptors(descriptor: FileDescriptor) {
        #expect(Self.fileName(descriptor.serialized) == descriptor.name)
        for dependency in descriptor.dependencies { #expect(Self.fileName(dependency.serialized) == dependency.name) }
    }
}
