internal import SampanCompression
internal import SampanRPC

extension FuzzTarget {
    /// The body of a call, cut anywhere: the same messages and the same end, never more held than came, and what was read can be written.
    /// The first byte chooses whether an encoding was agreed.
    static let grpcFraming = FuzzTarget(
        "grpc-framing",
        dictionary: [[0, 0, 0, 0, 0], [1, 0, 0, 0, 1], [0, 0, 0, 3, 0xE8], [0, 0, 0, 3, 0xE9], [0, 0xFF, 0xFF, 0xFF, 0xFF]]
    ) { bytes in
        let body = Array(bytes.dropFirst())
        let takesCompressed = (bytes.first ?? 0) & 1 == 1
        let whole = Deframed(body, step: max(1, body.count), takesCompressed)
        for step in [1, 3, 5, 64] where Deframed(body, step: step, takesCompressed) != whole {
            return "cut by \(step) it is something else"
        }
        guard whole.most <= body.count else { return "more held than came" }
        var written: [UInt8] = []
        for message in whole.messages {
            guard message.payload.count <= Deframed.limit else { return "a message over the limit" }
            guard let framed = try? FramedMessage(payload: message.payload) else { return "a message that cannot be written" }
            written += [message.isCompressed ? 1 : 0] + framed.bytes.dropFirst()
        }
        guard body.starts(with: written) else { return "what was written is not what was read" }
        return nil
    }

    /// What a deframer makes of a body that comes in pieces.
    private struct Deframed: Equatable {
        struct Message: Equatable {
            let payload: [UInt8]
            let isCompressed: Bool
        }

        /// Small, so that the limit is met often. Bytes.
        static let limit = 1_000
        var messages: [Message] = []
        var failure: StatusCode?
        var endsBetween = false
        /// Most bytes held after a piece; not compared.
        var most = 0

        init(_ body: [UInt8], step: Int, _ takesCompressed: Bool) {
            var deframer = MessageDeframer(maximumPayload: Self.limit)
            deframer.takesCompressed = takesCompressed
            do throws(RPCError) {
                for start in stride(from: 0, to: body.count, by: step) {
                    let piece = unsafe body.span.extracting(start..<min(body.count, start + step)).bytes
                    var offset = 0
                    while let payload = try deframer.next(piece, from: &offset) {
                        messages.append(Message(payload: payload, isCompressed: deframer.isCompressed))
                    }
                    most = max(most, deframer.heldBytes)
                }
                endsBetween = deframer.isBetweenMessages
            } catch {
                failure = error.code
            }
        }

        static func == (left: Deframed, right: Deframed) -> Bool {
            left.messages == right.messages && left.failure == right.failure && left.endsBetween == right.endsBetween
        }
    }

    /// A compressed message: never more than the limit, and what was inflated can be compressed again.
    static let gzip = FuzzTarget(
        "gzip", dictionary: [[0x1F, 0x8B, 8, 0], [0, 0, 0xFF, 0xFF], [0x10, 0x27, 0, 0]],
        samples: { _ in
            try [[], [7], [UInt8](repeating: 0, count: 9_999), [UInt8](repeating: 0, count: 10_001), (0..<200).map { UInt8($0) }].map {
                try Gzip.compress($0)
            }
        }
    ) { bytes in
        let limit = 10_000
        guard let content = try? Gzip.inflate(bytes, limit: limit) else { return nil }
        guard content.count <= limit else { return "\(content.count) bytes over a limit of \(limit)" }
        guard let again = try? Gzip.compress(content), (try? Gzip.inflate(again, limit: limit)) == content else {
            return "another content after compressing"
        }
        return nil
    }

    /// The fields of a head or of trailers, one `name=value` a line, as a server and as a client read them.
    static let metadata = FuzzTarget(
        "metadata",
        dictionary: [
            ":method=POST\n".word, ":path=/a.S/M\n".word, ":status=200\n".word, "te=trailers\n".word, "content-type=application/grpc".word,
            "grpc-timeout=".word, "grpc-encoding=gzip\n".word, "grpc-accept-encoding=".word, "grpc-status=".word, "grpc-message=".word,
            "grpc-status-details-bin=".word, "x-bin=".word, "AAAA,".word, ",".word, "-bin".word, "grpc-".word, "\n".word, "=".word,
        ]
    ) { bytes in
        var (request, response) = (RequestHead(), ResponseHead())
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let end = line.firstIndex(of: UInt8(ascii: "=")) ?? line.endIndex
            let (name, value) = (Array(line[..<end]), Array(line[end...].dropFirst()))
            request.append(name: name.span, value: value.span) { _ in nil }
            response.append(name: name.span, value: value.span)
        }
        if case .accept = request.verdict() { return "a call was accepted without a method" }
        _ = (response.refusal, response.outcome, response.isInterim)
        return flaw(of: request.metadata, bytes.count) ?? flaw(of: response.metadata, bytes.count)
    }

    private static func flaw(of metadata: Metadata, _ inputBytes: Int) -> String? {
        guard metadata.count <= Metadata.receivedEntriesMax else { return "\(metadata.count) entries of \(inputBytes) bytes" }
        for entry in metadata {
            guard !entry.key.hasPrefix(":"), !entry.key.hasPrefix("grpc-") else { return "\(entry.key) came through as metadata" }
            if case .ascii = entry.value, entry.key.hasSuffix("-bin") { return "text under \(entry.key)" }
        }
        return nil
    }
}
