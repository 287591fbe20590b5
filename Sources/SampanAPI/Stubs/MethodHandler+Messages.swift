public import SampanProtobuf
public import SampanRPC

/// For generated code: handlers of messages as handlers of bytes. Inlinable, so that each method gets code of its own for its messages.
extension MethodHandler {
    @inlinable
    public static func unary<Request: Message, Response: Message>(
        _ method: MethodDescriptor,
        _ handle: @escaping @Sendable (_ request: Request, _ context: CallContext) async throws -> Response
    ) -> MethodHandler {
        MethodHandler(
            method,
            .unary { payload, context in
                try await handle(Request(decodingRequest: payload), context).framed()
            })
    }

    @inlinable
    public static func serverStreaming<Request: Message, Response: Message>(
        _ method: MethodDescriptor,
        _ handle:
            @escaping @Sendable (
                _ request: Request, _ responses: MessageWriter<Response>, _ context: CallContext
            ) async throws -> Void
    ) -> MethodHandler {
        MethodHandler(
            method,
            .streaming { requests, responses, context in
                guard let payload = try await requests.next() else {
                    throw RPCError(code: .internal, message: "\(method) was called without its request")
                }
                let request = try Request(decodingRequest: payload)
                guard try await requests.next() == nil else {
                    throw RPCError(code: .internal, message: "\(method) takes one request, and more came")
                }
                try await handle(request, MessageWriter(responses), context)
            })
    }

    @inlinable
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

    @inlinable
    public static func bidirectionalStreaming<Request: Message, Response: Message>(
        _ method: MethodDescriptor,
        _ handle:
            @escaping @Sendable (
                _ requests: MessageStream<Request>, _ responses: MessageWriter<Response>, _ context: CallContext
            ) async throws -> Void
    ) -> MethodHandler {
        MethodHandler(
            method,
            .streaming { requests, responses, context in
                try await handle(MessageStream(requests, .server), MessageWriter(responses), context)
            })
    }
}

extension Message {
    /// For generated code: reads the request of a call. Throws `INTERNAL` for bytes that are no such message.
    @inlinable
    public init(decodingRequest payload: [UInt8]) throws(RPCError) {
        do throws(ProtobufError) {
            try self.init(serialized: payload)
        } catch {
            throw RPCError(decoding: Self.protoName, error, .server)
        }
    }
}
