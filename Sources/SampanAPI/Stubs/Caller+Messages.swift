public import SampanProtobuf
public import SampanRPC

extension Caller {
    /// One message there, one back, with the metadata of the answer. The methods of the stubs return its message alone.
    ///
    /// Throws the status of a call that did not end well; `INTERNAL` when the answer is no such message.
    // Always inlined: into each stub, as code for its own messages; the level of awaiting and the generic types were 5 % of a call.
    @inlinable @inline(__always)
    public func unary<Request: Message, Response: Message>(
        _ method: MethodDescriptor, _ request: Request, _ options: CallOptions = .defaults
    ) async throws(RPCError) -> Reply<Response> {
        let reply = try await unary(method, request.framed(), options)
        do throws(ProtobufError) {
            return Reply(
                message: try Response(serialized: reply.message), initialMetadata: reply.initialMetadata,
                trailingMetadata: reply.trailingMetadata)
        } catch {
            throw RPCError(decoding: Response.protoName, error, .client)
        }
    }

    /// One message there, many back. Returns when the call is on its way.
    public func serverStreaming<Request: Message, Response: Message>(
        _ method: MethodDescriptor, _ request: Request, _ options: CallOptions = .defaults
    ) async throws(RPCError) -> MessageStream<Response> {
        let frame = try request.framed()
        let stream = try await open(method, options)
        do throws(RPCError) {
            try await stream.send(frame)
        } catch {
            stream.cancel()
            throw error
        }
        await stream.finish()
        return MessageStream(stream, .client)
    }

    /// Many there, one back. The call is cancelled when `produce` throws; its error is thrown on.
    public func clientStreaming<Request: Message, Response: Message>(
        _ method: MethodDescriptor, _ options: CallOptions = .defaults, _ produce: (MessageWriter<Request>) async throws -> Void
    ) async throws -> Response {
        let stream = try await open(method, options)
        do {
            try await produce(MessageWriter(stream))
        } catch {
            stream.cancel()
            throw error
        }
        await stream.finish()
        let answers = MessageStream<Response>(stream, .client)
        guard let response = try await answers.next() else {
            throw RPCError(code: .internal, message: "\(method) ended with OK but without its answer")
        }
        guard try await answers.next() == nil else {
            stream.cancel()
            throw RPCError(code: .internal, message: "\(method) sent more than its one answer")
        }
        return response
    }

    /// Many each way. When `body` returns nothing more is sent, and the call is cancelled unless it has ended.
    public func bidirectionalStreaming<Request: Message, Response: Message, Value>(
        _ method: MethodDescriptor, _ options: CallOptions = .defaults,
        _ body: (MessageWriter<Request>, MessageStream<Response>) async throws -> Value
    ) async throws -> Value {
        let stream = try await open(method, options)
        defer { stream.cancel() }
        return try await body(MessageWriter(stream), MessageStream(stream, .client))
    }
}
