internal import SampanAPI
internal import SampanFerry
internal import SampanProtobuf
internal import SampanRPC

/// The messages of an upload: one head, then content in pieces of any size.
struct DocumentPieces<Request: Message, Head: Sendable>: Sendable {
    enum Part: Sendable {
        case head(Head)
        case content([UInt8])
    }

    private let requests: MessageStream<Request>
    private let part: @Sendable (Request) -> Part?

    init(_ requests: MessageStream<Request>, _ part: @escaping @Sendable (Request) -> Part?) {
        (self.requests, self.part) = (requests, part)
    }

    /// The first message. Throws INVALID_ARGUMENT for no message at all, and for content before its head.
    func head() async throws(RPCError) -> Head {
        guard let first = try await requests.next(), case .head(let head) = part(first) else {
            throw RPCError(.invalidArgument, reason: "HEAD_MISSING", "an upload begins with its head")
        }
        return head
    }

    /// The next bytes, which may be none; nil after the last. Throws INVALID_ARGUMENT for a message that is no content.
    func content() async throws(RPCError) -> [UInt8]? {
        guard let next = try await requests.next() else { return nil }
        guard case .content(let bytes) = part(next) else {
            throw RPCError(.invalidArgument, reason: "CONTENT_EXPECTED", "after its head, an upload has content only")
        }
        return bytes
    }
}
