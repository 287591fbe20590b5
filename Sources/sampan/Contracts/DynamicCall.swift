import SampanJSON
import SampanRPC
import SampanTransport

/// One call of a method that is known by its contract alone.
struct DynamicCall {
    private let descriptor: MethodDescriptor
    private let schema: MethodSchema
    private let reader: JSONTranscoder
    private let writer: JSONTranscoder

    init(service: String, method: MethodSchema, pool: DescriptorPool, emitsDefaults: Bool, ignoresUnknown: Bool, isPretty: Bool) {
        let kind: MethodDescriptor.Kind =
            switch (method.isClientStreaming, method.isServerStreaming) {
            case (false, false): .unary
            case (true, false): .clientStreaming
            case (false, true): .serverStreaming
            case (true, true): .bidirectionalStreaming
            }
        descriptor = MethodDescriptor(service: service, name: method.name, kind: kind)
        schema = method
        reader = JSONTranscoder(pool: pool, options: JSONOptions(ignoresUnknown: ignoresUnknown))
        writer = JSONTranscoder(pool: pool, options: JSONOptions(emitsDefaults: emitsDefaults, isPretty: isPretty, showsForeignAny: true))
    }

    /// The messages that JSON text stands for: any number for a stream, else one. No text is an empty message, and of a stream none.
    func messages(_ json: [UInt8]?) throws -> [FramedMessage] {
        let wires: [[UInt8]]
        do throws(JSONError) {
            wires =
                try json.map { text throws(JSONError) in try reader.wires(of: text, as: schema.input) }
                ?? (schema.isClientStreaming ? [] : [[]])
        } catch {
            throw AdminFailure("the data is not \(schema.input): \(error)")
        }
        guard schema.isClientStreaming || wires.count == 1 else {
            throw AdminFailure("\(descriptor) takes one message, and the data has \(wires.isEmpty ? "none" : "\(wires.count)")")
        }
        return try wires.map { try FramedMessage(payload: $0) }
    }

    /// Makes the call and prints each answer as it comes. Throws the status of a call that does not end well.
    func run(on channel: ClientChannel, _ messages: [FramedMessage], _ options: CallOptions) async throws(RPCError) {
        if descriptor.kind == .unary, let message = messages.first {
            return try show(try await channel.unary(descriptor, message, options).message)
        }
        let stream = try await channel.open(descriptor, options)
        async let sending: Void = Self.send(messages, to: stream)
        while let answer = try await stream.next() {
            do throws(RPCError) { try show(answer) } catch {
                stream.cancel()
                throw error
            }
        }
        await sending
    }

    /// A call that ended meanwhile tells why to the one who reads.
    private static func send(_ messages: [FramedMessage], to stream: any ClientStream) async {
        for message in messages {
            do throws(RPCError) { try await stream.send(message) } catch { return }
        }
        await stream.finish()
    }

    private func show(_ answer: [UInt8]) throws(RPCError) {
        do throws(JSONError) {
            StandardOutput.line(String(decoding: try writer.json(of: answer, as: schema.output), as: UTF8.self))
        } catch {
            throw RPCError(code: .internal, message: "the answer is not \(schema.output) as the node's own contract has it: \(error)")
        }
    }
}
