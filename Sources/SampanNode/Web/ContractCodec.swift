internal import SampanAPI
package import SampanJSON
package import SampanRPC

/// JSON for the doors of a node, by the contracts of the services that it hosts and of those that are generated into this program: of
/// these other nodes may be called in JSON.
package struct ContractCodec: WebCodec {
    private let transcoder: JSONTranscoder
    /// Methods, and full names of what they take and answer, by path.
    private let methods: [String: Method]

    private struct Method {
        let descriptor: MethodDescriptor
        let input: String
        let output: String
    }

    /// What nodes call at one another. Not here: what goes by the certificate of the connection, and is passed on by nobody.
    package static let published = [
        PaymentV1.paymentServiceDescriptor, GatewayV1.requestServiceDescriptor, BookingV1.bookingServiceDescriptor,
        BookingV1.clinicServiceDescriptor, FeeV1.feeServiceDescriptor, SettlementV1.settlementServiceDescriptor,
        ReconciliationV1.reconciliationServiceDescriptor, StatisticsV1.statisticsServiceDescriptor, IdentityV1.patientServiceDescriptor,
        AuditV1.auditServiceDescriptor, GRPCHealthV1.healthDescriptor,
        IdentityV1.institutionServiceDescriptor, IdentityV1.staffServiceDescriptor, IdentityV1.codeServiceDescriptor,
        RecordsV1.documentServiceDescriptor, RecordsV1.consentServiceDescriptor, RecordsV1.residentServiceDescriptor,
        RecordsV1.recognitionServiceDescriptor,
    ]

    /// Services without a contract have no JSON. Throws when contracts contradict each other, which is our own fault.
    /// - Parameter others: contracts of services that other nodes serve.
    package init(_ services: [any RPCService], others: [FileDescriptor] = published) throws(DescriptorError) {
        var (files, open): ([String: [UInt8]], [FileDescriptor]) = ([:], services.compactMap(\.contract) + others)
        while let file = open.popLast() {
            guard files.updateValue(file.serialized, forKey: file.name) == nil else { continue }
            open += file.dependencies
        }
        let pool = try DescriptorPool(files: files.sorted { $0.key < $1.key }.map(\.value))
        var methods: [String: Method] = [:]
        for service in pool.services {
            for method in service.methods {
                let descriptor = MethodDescriptor(
                    service: service.name, name: method.name, kind: method.kind, idempotency: method.level)
                methods[descriptor.path] = Method(descriptor: descriptor, input: method.input, output: method.output)
            }
        }
        self.methods = methods
        transcoder = JSONTranscoder(pool: pool, options: JSONOptions(showsForeignAny: true))
    }

    package func method(_ path: String) -> MethodDescriptor? { methods[path]?.descriptor }

    package func request(_ json: [UInt8], of method: MethodDescriptor) throws(RPCError) -> [UInt8] {
        guard let type = methods[method.path]?.input else { throw Self.noContract }
        do throws(JSONError) { return try transcoder.wire(of: json, as: type) } catch {
            throw RPCError(code: error.isLimit ? .resourceExhausted : .invalidArgument, message: "the request is not \(type): \(error)")
        }
    }

    package func answer(_ message: [UInt8], of method: MethodDescriptor) throws(RPCError) -> [UInt8] {
        guard let type = methods[method.path]?.output else { throw Self.noContract }
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

    /// Connect's EndStreamResponse: values of metadata that are bytes are in base64 without padding, as on the wire.
    package func end(_ error: RPCError?, _ trailing: Metadata) -> [UInt8] {
        var (keys, values): ([String], [String: [String]]) = ([], [:])
        for metadata in [error?.metadata ?? Metadata(), trailing] {
            for entry in metadata {
                if values[entry.key] == nil { keys.append(entry.key) }
                values[entry.key, default: []].append(JSONLiteral.string(Self.text(entry.value)))
            }
        }
        var members: [String] = []
        if let error { members.append("\"error\":\(String(decoding: failure(error), as: UTF8.self))") }
        if !keys.isEmpty {
            let pairs = keys.map { "\(JSONLiteral.string($0)):[\(values[$0, default: []].joined(separator: ","))]" }
            members.append("\"metadata\":{\(pairs.joined(separator: ","))}")
        }
        return Array("{\(members.joined(separator: ","))}".utf8)
    }

    private static func text(_ value: Metadata.Value) -> String {
        switch value {
        case .ascii(let text): text
        case .binary(let bytes): JSONLiteral.base64(bytes)
        }
    }

    private static func detail(_ any: [UInt8]) -> String? {
        guard let url = try? WireParts.values(of: 1, in: any).last, let value = try? WireParts.values(of: 2, in: any) else { return nil }
        let name = String(decoding: url.drop { $0 != UInt8(ascii: "/") }.dropFirst(), as: UTF8.self)
        return "{\"type\":\(JSONLiteral.string(name)),\"value\":\"\(JSONLiteral.base64(value.last ?? []))\"}"
    }

    private static let noContract = RPCError(code: .unimplemented, message: "this method has no JSON here; use application/grpc")
}

extension MethodSchema {
    fileprivate var kind: MethodDescriptor.Kind {
        switch (isClientStreaming, isServerStreaming) {
        case (false, false): .unary
        case (true, false): .clientStreaming
        case (false, true): .serverStreaming
        case (true, true): .bidirectionalStreaming
        }
    }

    fileprivate var level: MethodDescriptor.Idempotency {
        switch idempotency {
        case .unknown: .unknown
        case .noSideEffects: .noSideEffects
        case .idempotent: .idempotent
        }
    }
}
