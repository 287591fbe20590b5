/// Method constants, client stub and handler protocol of one service.
struct ServiceGenerator {
    let service: ProtoService
    /// Name of the file that declares it.
    let file: String
    let options: Options
    let registry: Registry

    private var access: String { options.visibility }

    func generate(namespace: String, into text: inout SwiftText) {
        text.block("extension \(namespace)") { text in
            methods(&text)
            text.line()
            client(&text)
            text.line()
            handler(&text)
        }
        text.line()
        handlers(namespace, &text)
    }

    private func methods(_ text: inout SwiftText) {
        text.doc(["The methods of `\(service.fullName)`."])
        text.block("\(access) enum \(service.name)Methods") { text in
            for method in service.methods {
                let idempotency = [", idempotency: .noSideEffects", ", idempotency: .idempotent"]
                let level = (1...2).contains(method.idempotency) ? idempotency[method.idempotency - 1] : ""
                text.doc(method.comment)
                text.line("\(access) static let \(constant(method)) = MethodDescriptor(")
                text.line("    service: \"\(service.fullName)\", name: \"\(method.name)\", kind: .\(kind(method))\(level))")
            }
            text.line("/// Every method, in the order of the contract.")
            text.line("\(access) static let all: [MethodDescriptor] = [\(service.methods.map(constant).joined(separator: ", "))]")
        }
    }

    // MARK: Client

    private func client(_ text: inout SwiftText) {
        text.doc(service.comment, otherwise: "`\(service.fullName)`.")
        text.doc(["", "The client's side: calls go through whatever `caller` is. Safe to use from any task."])
        text.block("\(access) struct \(service.name)Client: Sendable") { text in
            text.line("private let caller: any Caller")
            text.line()
            text.line("\(access) init(_ caller: any Caller) { self.caller = caller }")
            for method in service.methods {
                text.line()
                text.doc(method.comment)
                clientMethod(method, &text)
            }
        }
    }

    private func clientMethod(_ method: ProtoService.Method, _ text: inout SwiftText) {
        let (name, request, response) = (function(method), registry.swiftName(method.input), registry.swiftName(method.output))
        let constant = "\(service.name)Methods.\(constant(method))"
        switch kind(method) {
        case "unary":
            text.line("\(access) func \(name)(")
            text.line("    _ request: \(request), options: CallOptions = .defaults")
            text.block(") async throws(RPCError) -> \(response)") { text in
                text.line("let reply: Reply<\(response)> = try await caller.unary(\(constant), request, options)")
                text.line("return reply.message")
            }
        case "serverStreaming":
            text.line("\(access) func \(name)(")
            text.line("    _ request: \(request), options: CallOptions = .defaults")
            text.block(") async throws(RPCError) -> MessageStream<\(response)>") { text in
                text.line("try await caller.serverStreaming(\(constant), request, options)")
            }
        case "clientStreaming":
            text.line("\(access) func \(name)(")
            text.line("    options: CallOptions = .defaults, _ produce: (MessageWriter<\(request)>) async throws -> Void")
            text.block(") async throws -> \(response)") { text in
                text.line("try await caller.clientStreaming(\(constant), options, produce)")
            }
        default:
            text.line("\(access) func \(name)<Value>(")
            text.line("    options: CallOptions = .defaults,")
            text.line("    _ body: (MessageWriter<\(request)>, MessageStream<\(response)>) async throws -> Value")
            text.block(") async throws -> Value") { text in
                text.line("try await caller.bidirectionalStreaming(\(constant), options, body)")
            }
        }
    }

    // MARK: Server

    private func handler(_ text: inout SwiftText) {
        text.doc(service.comment, otherwise: "`\(service.fullName)`.")
        text.doc(["", "The server's side: what implements it can be hosted. Handlers run on the loop of their call and must not block it."])
        text.block("\(access) protocol \(service.name)Handler: RPCService") { text in
            for method in service.methods {
                text.doc(method.comment)
                text.line(requirement(method))
            }
        }
    }

    private func requirement(_ method: ProtoService.Method) -> String {
        let (name, request, response) = (function(method), registry.swiftName(method.input), registry.swiftName(method.output))
        return switch kind(method) {
        case "unary": "func \(name)(_ request: \(request), context: CallContext) async throws -> \(response)"
        case "serverStreaming":
            "func \(name)(_ request: \(request), responses: MessageWriter<\(response)>, context: CallContext) async throws"
        case "clientStreaming": "func \(name)(_ requests: MessageStream<\(request)>, context: CallContext) async throws -> \(response)"
        default:
            "func \(name)(_ requests: MessageStream<\(request)>, responses: MessageWriter<\(response)>, context: CallContext) async throws"
        }
    }

    private func handlers(_ namespace: String, _ text: inout SwiftText) {
        text.block("extension \(namespace).\(service.name)Handler") { text in
            text.line("/// The contract of this service, for server reflection.")
            text.line("\(access) var contract: FileDescriptor? { \(namespace).\(DescriptorGenerator.constant(file)) }")
            text.line()
            text.line("/// The methods of this service, for a server.")
            text.block("\(access) var methodHandlers: [MethodHandler]") { text in
                text.line("[")
                for method in service.methods {
                    let (name, constant) = (function(method), "\(namespace).\(service.name)Methods.\(constant(method))")
                    if kind(method) == "unary" {
                        // In one closure: each level of awaiting costs a call 400 instructions.
                        text.line("    MethodHandler(")
                        text.line("        \(constant),")
                        text.line("        .unary { payload, context in")
                        text.line("            try await self.\(name)(.init(decodingRequest: payload), context: context).framed()")
                        text.line("        }),")
                        continue
                    }
                    let (head, call) =
                        switch kind(method) {
                        case "serverStreaming":
                            (
                                "serverStreaming(\(constant)) { request, responses, context in",
                                "(request, responses: responses, context: context)"
                            )
                        case "clientStreaming": ("clientStreaming(\(constant)) { requests, context in", "(requests, context: context)")
                        default:
                            (
                                "bidirectionalStreaming(\(constant)) { requests, responses, context in",
                                "(requests, responses: responses, context: context)"
                            )
                        }
                    text.line("    .\(head)")
                    text.line("        try await self.\(name)\(call)")
                    text.line("    },")
                }
                text.line("]")
            }
        }
    }

    // MARK: Names

    private func kind(_ method: ProtoService.Method) -> String {
        switch (method.clientStreams, method.serverStreams) {
        case (false, false): "unary"
        case (true, false): "clientStreaming"
        case (false, true): "serverStreaming"
        case (true, true): "bidirectionalStreaming"
        }
    }
    private func plain(_ method: ProtoService.Method) -> String {
        method.name.prefix(1).lowercased() + method.name.dropFirst()
    }
    private func function(_ method: ProtoService.Method) -> String {
        let name = plain(method)
        return name == "self" || name == "init" ? "\(name)_" : Naming.escaped(name)
    }
    private func constant(_ method: ProtoService.Method) -> String {
        let name = plain(method)
        return ["self", "init", "all"].contains(name) ? "\(name)_" : Naming.escaped(name)
    }
}
