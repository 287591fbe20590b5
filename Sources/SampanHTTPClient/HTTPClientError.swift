/// Why there is no answer. The case says whether the other end may have acted on the request.
package enum HTTPClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No byte of the request has left: nothing can have happened there.
    case notSent(Reason)
    /// The request, or part of it, has left: what happened there is not known. Ask.
    case unknown(Reason)

    package enum Reason: String, Sendable, Hashable {
        case malformedRequest = "the request cannot be written"
        case overloaded = "too many requests are under way"
        case closed = "the client is shut down"
        case cancelled = "the caller has gone"
        case resolve = "the host's name is not known"
        case connect = "no connection"
        case untrusted = "the server's certificate is not to be trusted"
        case tls = "the TLS handshake failed"
        case timeout = "no answer in time"
        case lost = "the connection was lost"
        case tooLarge = "the answer is too large"
        case malformedAnswer = "what came is no HTTP answer"
        case library = "libcurl failed"
    }

    package var reason: Reason {
        switch self {
        case .notSent(let reason), .unknown(let reason): reason
        }
    }

    package var description: String {
        switch self {
        case .notSent(let reason): "not sent: \(reason.rawValue)"
        case .unknown(let reason): "sent, outcome unknown: \(reason.rawValue)"
        }
    }
}
