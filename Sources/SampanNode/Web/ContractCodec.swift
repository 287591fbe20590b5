package import SampanJSON
package import SampanRPC

/// JSON for the doors of a node, by the contracts of the services that it hosts.
package struct ContractCodec: WebCodec {
    private let transcoder: JSONTranscoder
    /// Full names of what a method takes and answers, by its path.
    private let types: [String: (input: String, output: String)]

    /// Services without a contract have no JSON. Throws when contracts contradict each other, which is our own fault.
    package init(_ services: [any RPCService]) throws(DescriptorError) {
        var (files, open): ([String: [UInt8]], [FileDescriptor]) = ([:], services.compactMap(\.contract))
        while let file = open.popLast() {
            guard files.updateValue(file.serialized, forKey: file.name) == nil else { continue }
            open += file.dependencies
        }
        let pool = try DescriptorPool(files: files.sorted { $0.key < $1.key }.map(\.value))
        var types: [String: (input: String, output: String)] = [:]
        for service in pool.services {
            for method in service.methods { types["/\(service.name)/\(method.name)"] = (method.input, method.output) }
        }
        self.types = types
        transcoder = JSONTranscoder(pool: pool, options: JSONOptions(showsForeignAny: true))
    }

    package func request(_ json: [UInt8], of method: MethodDescriptor) throws(RPCError) -> [UInt8] {
        guard let type = types[method.path]?.input else { throw Self.noContract }
        do throws(JSONError) { return try transcoder.wire(of: json, as: type) } catch {
            throw RPCError(code: error.isLimit ? .resourceExhausted : .invalidArgument, message: "the request is not \(type): \(error)")
        }
    }

    package func answer(_ message: [UInt8], of method: MethodDescriptor) throws(RPCError) -> [UInt8] {
        guard let type = types[method.path]?.output else { throw Self.noContract }
        do throws(JSONError) { return try transcoder.json(of: message, as: type) } catch {
            throw RPCError(code: .internal, message: "the answer has no JSON: \(error)")
        }
    }

    /// Connect's error: details have the name of their type, and their bytes in base64 without padding.
    package func failure(_ error: RPCError) -> [UInt8] {
        var text = "{\"code\":\"\(error.code.connectName)\",\"message\":\(JSONLiteral.string(error.message))"
        let details = ((try? WireParts.values(of: 3, in: error.statusDetails)) ?? []).compactMap(Self.detail)
        if !details.isEmpty { text += ",\"details\":[\(details.joined(separator: ","))]" }
        return Array((text + "}").utf8)
    }

    private static func detail(_ any: [UInt8]) -> String? {
        guard let url = try? WireParts.values(of: 1, in: any).last, let value = try? WireParts.values(of: 2, in: any) else { return nil }
        let name = String(decoding: url.drop { $0 != UInt8(ascii: "/") }.dropFirst(), as: UTF8.self)
        return "{\"type\":\(JSONLiteral.string(name)),\"value\":\"\(JSONLiteral.base64(value.last ?? []))\"}"
    }

    private static let noContract = RPCError(code: .unimplemented, message: "this method has no JSON here; use application/grpc")
}
