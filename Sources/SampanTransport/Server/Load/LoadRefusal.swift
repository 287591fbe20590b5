internal import SampanRPC

/// Why a call is not taken although its caller may make it.
enum LoadRefusal: Int, CaseIterable, Error {
    /// The caller makes more calls a second than it may.
    case rate
    /// The caller has as many calls open as it may.
    case concurrency
    /// The caller repeats too many of its calls.
    case retries
    /// The server has more to do than it can, and other calls matter more.
    case overload

    /// Time after which a caller with too many open calls may ask again, in nanoseconds. 200 ms: some of them have ended by then.
    static let concurrencyWait: Int64 = 200_000_000

    /// How the call ends. `wait`: nanoseconds until another attempt makes sense; of no meaning for `retries`.
    func error(wait: Int64) -> RPCError {
        var metadata = Metadata()
        // Up to the next whole millisecond, and no more than the nine digits that clients read.
        let milliseconds = self == .retries ? "-1" : "\(min(999_999_999, max(0, wait / 1_000_000) + 1))"
        metadata.appendReceived(key: "grpc-retry-pushback-ms", value: .ascii(milliseconds))
        return RPCError(code: code, message: message, metadata: metadata, cause: self)
    }

    /// For who asks why: a word that stays the same.
    var reason: String {
        switch self {
        case .rate: "RATE_LIMIT"
        case .concurrency: "CONCURRENCY_LIMIT"
        case .retries: "RETRY_BUDGET"
        case .overload: "OVERLOAD"
        }
    }

    /// The key of the node's file that says how much is too much, and what it says.
    func limit(_ limits: LoadLimits) -> String {
        switch self {
        case .rate: "limits: calls-per-second \(limits.callsPerSecond), burst \(limits.burst)"
        case .concurrency: "limits: calls-at-once \(limits.callsAtOnce)"
        case .retries: "limits: retry-percent \(limits.retryPercent)"
        case .overload: "limits: queueing \((limits.queueingLimit ?? .zero) / .milliseconds(1))ms"
        }
    }

    private var code: StatusCode {
        switch self {
        case .rate, .concurrency: .resourceExhausted
        case .retries, .overload: .unavailable
        }
    }

    private var message: String {
        switch self {
        case .rate: "the institution makes more calls a second than it may"
        case .concurrency: "the institution has as many calls open as it may"
        case .retries: "the institution repeats too many of its calls; this one was not tried again"
        case .overload: "the node has more to do than it can; others matter more now"
        }
    }
}
