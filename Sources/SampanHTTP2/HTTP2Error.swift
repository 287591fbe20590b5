internal import CNghttp2

/// Why an HTTP/2 session cannot go on, or refused a command.
package enum HTTP2Error: Error, Sendable, Hashable {
    /// The peer broke the protocol so that the whole connection must end; the bytes to tell it are queued.
    case peerViolation(code: Int32, text: String)
    /// The peer sends more of something than it may; GOAWAY with ENHANCE_YOUR_CALM is queued.
    case flood(FloodKind)
    /// Memory or an internal limit of libnghttp2 ran out.
    case exhausted(text: String)
    /// The session no longer takes new streams: GOAWAY was seen or sent, or stream ids ran out.
    case notAccepting
    /// A command that does not fit the state, for example a trailer for a closed stream.
    case invalidCommand(code: Int32, text: String)

    init(nghttp2 code: Int32) {
        let text = unsafe String(cString: nghttp2_strerror(code))
        switch code {
        case NGHTTP2_ERR_FLOODED.rawValue, NGHTTP2_ERR_TOO_MANY_CONTINUATIONS.rawValue: self = .flood(.unanswered)
        case NGHTTP2_ERR_NOMEM.rawValue: self = .exhausted(text: text)
        case NGHTTP2_ERR_START_STREAM_NOT_ALLOWED.rawValue, NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE.rawValue,
            NGHTTP2_ERR_SESSION_CLOSING.rawValue:
            self = .notAccepting
        case NGHTTP2_ERR_INVALID_ARGUMENT.rawValue, NGHTTP2_ERR_INVALID_STATE.rawValue,
            NGHTTP2_ERR_INVALID_STREAM_ID.rawValue, NGHTTP2_ERR_DATA_EXIST.rawValue:
            self = .invalidCommand(code: code, text: text)
        default: self = .peerViolation(code: code, text: text)
        }
    }
}

/// Error codes of RST_STREAM and GOAWAY (RFC 9113 §7). Unknown codes are kept, as the RFC asks.
public struct HTTP2ErrorCode: RawRepresentable, Sendable, Hashable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let noError = HTTP2ErrorCode(rawValue: 0x0)
    public static let protocolError = HTTP2ErrorCode(rawValue: 0x1)
    public static let internalError = HTTP2ErrorCode(rawValue: 0x2)
    public static let flowControlError = HTTP2ErrorCode(rawValue: 0x3)
    public static let streamClosed = HTTP2ErrorCode(rawValue: 0x5)
    public static let refusedStream = HTTP2ErrorCode(rawValue: 0x7)
    public static let cancel = HTTP2ErrorCode(rawValue: 0x8)
    public static let compressionError = HTTP2ErrorCode(rawValue: 0x9)
    public static let enhanceYourCalm = HTTP2ErrorCode(rawValue: 0xB)
    public static let inadequateSecurity = HTTP2ErrorCode(rawValue: 0xC)
    public static let http11Required = HTTP2ErrorCode(rawValue: 0xD)
}

extension HTTP2ErrorCode {
    /// Never on the wire: the stream ended because its connection was lost.
    public static let connectionLost = HTTP2ErrorCode(rawValue: .max)
}
