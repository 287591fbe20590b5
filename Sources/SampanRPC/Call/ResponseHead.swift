/// The head and the trailers of an answer as the client reads them (gRPC PROTOCOL-HTTP2, Responses).
package struct ResponseHead: Sendable {
    package private(set) var httpStatus: Int?
    package private(set) var metadata = Metadata()
    /// What `grpc-encoding` says of the messages; nil for an encoding that is not known here.
    package private(set) var encoding: MessageEncoding? = .identity
    /// What the server says of another attempt; nil when it says nothing.
    package private(set) var pushback: Pushback?
    private var isGRPC = false
    private var status: Int?
    private var message = ""
    private var details: [UInt8] = []
    private var isMalformed = false

    package init() {}

    package mutating func append(name: Span<UInt8>, value: Span<UInt8>) {
        switch name.count {
        case 7 where name.equals(HeaderName.status): httpStatus = value.decimal
        case 12 where name.equals(HeaderName.contentType): isGRPC = RequestHead.isGRPC(value)
        case 11 where name.equals(HeaderName.grpcStatus):
            status = value.decimal
            isMalformed = isMalformed || status == nil
        case 12 where name.equals(HeaderName.grpcMessage): message = PercentEncoding.decode(value)
        case 13 where name.equals(HeaderName.encoding): encoding = RequestHead.encoding(value)
        case 22 where name.equals(HeaderName.retryPushback): pushback = Pushback(value)
        case 23 where name.equals(HeaderName.statusDetails): details = Base64.decode(value) ?? []
        default:
            guard HeaderName.isMetadata(name) else { return }
            if !metadata.appendField(name: name, value: value) { isMalformed = true }
        }
    }

    // Mutating, these two that every call asks: a getter of another module is called with a copy of all this.

    /// Whether the head begins an answer like nearly all do: it is no interim one and has no `refusal`.
    package mutating func beginsAnswer() -> Bool { httpStatus == 200 && isGRPC && !isMalformed }

    /// Whether the trailers say that the call ended well.
    package mutating func saysOK() -> Bool { status == 0 }

    /// Whether the head is an interim one (1xx), which is passed over.
    package var isInterim: Bool { httpStatus.map { (100..<200).contains($0) } ?? false }

    /// Why the head is no gRPC answer; nil when it is one.
    package var refusal: RPCError? {
        if status != nil { return nil }
        guard let httpStatus else { return RPCError(code: .internal, message: "the answer has no HTTP status") }
        guard httpStatus == 200 else {
            return RPCError(code: HTTPStatus.code(forHTTP: httpStatus), message: "the server answered with HTTP status \(httpStatus)")
        }
        guard isGRPC else { return RPCError(code: .unknown, message: "the answer is not of type application/grpc") }
        guard !isMalformed else { return RPCError(code: .internal, message: "the answer has malformed metadata") }
        return nil
    }

    /// How the call ended, read from its trailers: nil for OK.
    package var outcome: Outcome {
        guard let status else {
            return .failure(
                isMalformed
                    ? RPCError(code: .unknown, message: "the grpc-status of the answer is not a number")
                    : RPCError(code: .unknown, message: "the answer ended without grpc-status"))
        }
        if status == 0 { return .ok }
        return .failure(
            RPCError(code: StatusCode(rawValue: status) ?? .unknown, message: message, metadata: metadata, statusDetails: details))
    }

    package enum Outcome: Sendable {
        case ok
        case failure(RPCError)
    }
}
