internal import SampanRPC

/// What a call by a door has beside a call of gRPC. Loop-confined, as its call.
final class WebCall {
    let doors: WebDoors
    let request: WebRequest
    /// Of the page that calls; one that may.
    let origin: String?
    /// Connect's unary calls: the body so far.
    var body: [UInt8]
    /// Connect's unary calls: the message of the answer, which is sent with the end.
    var answer: FramedMessage?
    /// Takes the answer of another node apart, where it does not go on as it came.
    var answers: MessageDeframer
    /// gRPC-Web in base64: up to three characters that wait for the fourth.
    private(set) var quantum: [UInt8] = []

    /// - Parameter maximumAnswer: bytes of a message that another node answers with.
    init(_ doors: WebDoors, _ request: WebRequest, origin: String?, maximumAnswer: Int) {
        (self.doors, self.request, self.origin) = (doors, request, origin)
        body = request.message ?? []
        answers = MessageDeframer(maximumPayload: maximumAnswer)
    }

    var content: WebContent { request.content }
    var isUnaryConnect: Bool { content.framing == .connect }
    /// Whether bytes of messages are the same in gRPC, there and back: framed alike, and in wire format.
    var passesMessages: Bool { !content.isJSON && !isUnaryConnect }
    /// Whether a call that is passed on may be answered in gzip: what is taken apart here would only be inflated.
    var mayPassGzip: Bool { request.acceptsGzip && !content.isJSON }

    /// Whether a call that is passed on names gzip for its request.
    var passesCompressed: Bool { request.encoding == .gzip && !content.isJSON }

    /// Bytes of both directions that wait for what is missing.
    var heldBytes: Int { body.count + answers.heldBytes + (answer?.bytes.count ?? 0) }

    /// Why the call cannot go on to another node.
    var whyNotPassed: RPCError? {
        guard content.isJSON, request.method == nil else { return nil }
        return RPCError(
            code: .unimplemented,
            message: """
                this node has no contract of the method, so it cannot read its JSON: use application/proto, application/connect+proto, \
                application/grpc-web or application/grpc
                """)
    }

    /// What is wrong with an answer of another node that ended well.
    var answerFault: RPCError? {
        if isUnaryConnect, answer == nil { return RPCError(code: .internal, message: "the call was answered without a message") }
        return answers.isBetweenMessages ? nil : RPCError(code: .internal, message: "the answer ended inside a message")
    }

    /// Takes base64 apart as it comes, in fours; what comes after padding begins anew (gRPC PROTOCOL-WEB, text format).
    func decode(_ data: [UInt8]) throws(RPCError) -> [UInt8] {
        let text = quantum + data
        let whole = text.count & ~3
        quantum = Array(text[whole...])
        var (bytes, start): ([UInt8], Int) = ([], 0)
        while start < whole {
            // A piece at once: to its padding, or as far as whole fours go.
            let padding = text[start..<whole].firstIndex(of: UInt8(ascii: "="))
            let end = padding.map { min(whole, ($0 & ~3) + 4) } ?? whole
            guard let part = Base64.decode(Array(text[start..<end]).span) else {
                throw RPCError(code: .invalidArgument, message: "the body is not base64, as its content type says")
            }
            bytes += part
            start = end
        }
        return bytes
    }

    /// A frame of an answer as it goes out.
    func encoded(_ frame: [UInt8]) -> [UInt8] {
        guard content.framing == .grpcWebText else { return frame }
        let text = Array(Base64.encode(frame).utf8)
        return text + [UInt8](repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
    }
}
