public import SampanProtobuf
public import SampanRPC

/// Who failed to decode.
@usableFromInline
enum CodecSide: Sendable {
    case client, server
}

extension RPCError {
    /// `INTERNAL` when bytes are no message of this type, as gRPC's statuscodes.md has it for both sides ("Error parsing
    /// request/response proto") and gRPC C++ and Go do it; `RESOURCE_EXHAUSTED` when they would cost more than this side
    /// spends. The message names types, fields and limits; never content.
    @usableFromInline
    init(decoding type: String, _ error: ProtobufError, _ side: CodecSide) {
        let what = side == .server ? "request" : "response"
        self.init(
            code: error.isLimit ? .resourceExhausted : .internal,
            message: "the \(what) is not an acceptable \(type): \(error)", cause: error)
    }

    /// Why a message of this side cannot be sent.
    @usableFromInline
    init(encoding type: String, _ error: ProtobufError) {
        self.init(code: error.isLimit ? .resourceExhausted : .internal, message: "\(type) cannot be encoded: \(error)", cause: error)
    }
}
