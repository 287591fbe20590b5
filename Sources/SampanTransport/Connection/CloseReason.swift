internal import SampanCrypto
internal import SampanHTTP2
internal import SampanRPC

/// Why a connection ended; becomes the message of the calls that ended with it.
enum CloseReason: Sendable {
    /// Both sides had nothing left to say.
    case finished
    case peerClosed
    case socket(SocketError)
    case http2(HTTP2Error)
    /// TLS found the peer wrong, or heard from it that we are.
    indirect case tls(FailedHandshake)
    /// The handshake ended without a word: closed, reset, or silent for too long.
    indirect case handshakeLost(FailedHandshake)
    /// Connect, handshake or first SETTINGS took too long.
    case setUpTimedOut
    /// This side gave up waiting for calls to end.
    case graceExpired
    /// Too many peers were being set up, and this one had been for longest.
    case crowdedOut
    /// The peer's institution has as many connections as it may have.
    case tooManyConnections
    /// The peer began a header block and did not end it in time.
    case headersTimedOut
    /// The peer lets us keep more answers for it than we will.
    case stalled
    /// The peer has not answered a ping.
    case unresponsive
    /// The line is dead: another one to the same node answers.
    case outlived
    /// The peer is not let in any more.
    case refused
    /// The server is being emptied, and takes no new connections.
    case doorsClosed

    /// Whether what was written last is worth that the peer reads it: a GOAWAY, an alert, an answer.
    var leavesWords: Bool {
        switch self {
        case .finished, .http2, .tls, .graceExpired, .tooManyConnections, .headersTimedOut, .stalled, .refused: true
        case .peerClosed, .socket, .handshakeLost, .setUpTimedOut, .crowdedOut, .unresponsive, .outlived, .doorsClosed: false
        }
    }

    /// What TLS came to, where that is why.
    var failedHandshake: FailedHandshake? {
        switch self {
        case .tls(let failed), .handshakeLost(let failed): failed
        default: nil
        }
    }

    /// For the calls that ended with it: as good as never begun, but for a peer that does not take our certificate, which the next
    /// connection will not change.
    var code: StatusCode { failedHandshake?.explanation.isRefusalOfOurs == true ? .unauthenticated : .unavailable }
}

extension CloseReason: CustomStringConvertible {
    var description: String {
        switch self {
        case .finished: "the connection was closed"
        case .peerClosed: "the peer closed the connection"
        case .socket(let error): "the connection failed: \(error)"
        case .http2(let error): "the HTTP/2 session failed: \(error)"
        case .tls(let failed), .handshakeLost(let failed): "TLS failed: \(failed.explanation)"
        case .setUpTimedOut: "the connection was not set up in time"
        case .graceExpired: "the connection was closed after its grace period"
        case .crowdedOut: "too many connections were being set up"
        case .tooManyConnections: "its institution has too many connections"
        case .headersTimedOut: "a header block was not sent in time"
        case .stalled: "the peer did not take its answers"
        case .unresponsive: "the peer did not answer a ping"
        case .outlived: "the line is dead, while another one to the same node answers"
        case .refused: "the peer is not let in any more"
        case .doorsClosed: "the server is being emptied"
        }
    }
}
