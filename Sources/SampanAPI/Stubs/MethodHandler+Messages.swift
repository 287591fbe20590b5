public import SampanProtobuf
public import SampanRPC

/// For generated code: handlers of messages as handlers of bytes.
extension MethodHandler {
    public static func unary<Request: Message, Response: Message>(
        _ method: MethodDescriptor,
        _ handle: @escaping @Sendable (_ request: Request, _ context: CallContext) async throws -> Response
    ) -> MethodHandler {
        MethodHandler(
            method,
            .unary { payload, context in
                try await handle(decoded(payload), context).framed()
            })
    }

    public static func serverStreaming<Request: Message, Response: Message>(
        _ method: MethodDescriptor,
        _ handle: @escaping @Sendable (
            _ request: Request, _ responses: MessageWriter<Response>, _ context: CallContext
        ) async throws -> Void
    ) -> MethodHandler {
        MethodHandler(
            method,
            .streaming { requests, responses, context in
                guard let payload = try await requests.next() else {
                    throw RPCError(code: .internal, message: "\(method) was called without its request")
                }
                let request: Request = try decoded(payload)
                guard try await requests.next() == nil else {
                    throw RPCError(code: .internal, message: "\(method) takes one request, and more came")
                }
                try await handle(request, MessageWriter(responses), context)
            })
    }

    public static func clientStreaming<Request: Message, Response: Message>(
        _ method: MethodDescriptor,
        _ handle: @escaping @Sendable (_ requests: MessageStream<Request>, _ context: CallContext) async throws -> Response
    ) -> MethodHandler {
        MethodHandler(
            method,
            .streaming { requests, responses, context in
                try await responses.send(handle(MessageStream(requests, .server), context).framed())
            })
    }

    public static func bidirectionalStreaming<Request: Message, Response: Message>(
        _ method: MethodDescriptor,
        _ handle: @escaping @Sendable (
            _ requests: MessageStream<Request>, _ responses: MessageWriter<Response>, _ context: CallContext
        ) async throws -> Void
    ) -> MethodHandler {
        MethodHandler(
            method,
            .streaming { requests, responses, context in
                try await handle(MessageStream(requests, .server), MessageWriter(responses), context)
            })
    }

    private static func decoded<Request: Message>(_ payload: [UInt8]) throws(RPCError) -> Request {
        do throws(ProtobufError) {
            return try Request(serialized: payload)
        } catch {
            throw RPCError(decoding: Request.protoName, error, .server)
        }
    }
}
