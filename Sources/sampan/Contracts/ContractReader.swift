import SampanAPI
import SampanJSON
import SampanRPC

/// Asks a server for its contracts by reflection (`grpc.reflection.v1`, or `v1alpha` where it has only that).
struct ContractReader {
    typealias Request = GRPCReflectionV1.ServerReflectionRequest
    typealias Response = GRPCReflectionV1.ServerReflectionResponse

    let caller: any Caller
    /// As people write the node.
    let place: String

    /// Files that one question may lead to, and bytes of one answer: what a `DescriptorPool` takes anyhow.
    private static let maximumFiles = DescriptorLimits.default.maximumFiles
    private static let maximumAnswerBytes = 16 << 20

    /// Full names of the services, in the order in which the server tells them.
    func services() async throws -> [String] {
        try await conversation { ask in
            guard case .listServicesResponse(let list) = try await ask(.listServices("")) else { throw strange }
            return list.service.map(\.name)
        }
    }

    /// The contracts that declare these services, methods, messages or enums, by full names, and all that they need.
    func pool(of symbols: [String]) async throws -> DescriptorPool {
        let files = try await conversation { ask in
            var files: [String: DescriptorFile] = [:]
            for symbol in symbols { try await take(try await ask(.fileContainingSymbol(symbol)), symbol, &files) }
            // A server may send a file without those that it imports.
            while let missing = files.values.lazy.flatMap(\.dependencies).first(where: { files[$0] == nil }) {
                guard files.count < Self.maximumFiles else { throw AdminFailure("\(place): the contracts have too many files") }
                try await take(try await ask(.fileByFilename(missing)), missing, &files)
                guard files[missing] != nil else {
                    throw AdminFailure("\(place): the contracts need \(missing), which the node does not send")
                }
            }
            return files.values.sorted { $0.name < $1.name }.map(\.serialized)
        }
        do throws(DescriptorError) { return try DescriptorPool(files: files) } catch { throw AdminFailure("\(place): \(error)") }
    }

    private var strange: AdminFailure { AdminFailure("\(place): the node answered something else than it was asked") }

    private func take(_ answer: Response.MessageResponse, _ asked: String, _ files: inout [String: DescriptorFile]) async throws {
        switch answer {
        case .fileDescriptorResponse(let response):
            for bytes in response.fileDescriptorProto {
                do throws(DescriptorError) {
                    let file = try DescriptorFile(serialized: bytes)
                    files[file.name] = file
                } catch {
                    throw AdminFailure("\(place): \(error)")
                }
            }
        case .errorResponse(let error) where Int(error.errorCode) == StatusCode.notFound.rawValue:
            throw AdminFailure("\(place) has no \(asked), or does not show it to you; sampan list tells what it has")
        case .errorResponse(let error):
            let code = StatusCode(rawValue: Int(error.errorCode)) ?? .unknown
            throw AdminFailure("\(place): \(code): \(error.errorMessage)")
        default: throw strange
        }
    }

    /// One reflection call; `body` asks one question after the other.
    private func conversation<Value>(
        _ body: ((Request.MessageRequest) async throws -> Response.MessageResponse) async throws -> Value
    ) async throws -> Value {
        do {
            return try await conversation(GRPCReflectionV1.ServerReflectionMethods.serverReflectionInfo, body)
        } catch let error as RPCError where error.code == .unimplemented {
            do {
                return try await conversation(GRPCReflectionV1alpha.ServerReflectionMethods.serverReflectionInfo, body)
            } catch let error as RPCError where error.code == .unimplemented {
                throw AdminFailure("\(place) does not tell its contracts: it offers no grpc.reflection")
            }
        }
    }

    private func conversation<Value>(
        _ method: MethodDescriptor, _ body: ((Request.MessageRequest) async throws -> Response.MessageResponse) async throws -> Value
    ) async throws -> Value {
        let options = CallOptions(maximumResponseBytes: Self.maximumAnswerBytes)
        return try await caller.bidirectionalStreaming(method, options) {
            (requests: MessageWriter<Request>, responses: MessageStream<Response>) in
            try await body { question in
                try await requests.send(Request(messageRequest: question))
                guard let answer = try await responses.next()?.messageResponse else { throw strange }
                return answer
            }
        }
    }
}
