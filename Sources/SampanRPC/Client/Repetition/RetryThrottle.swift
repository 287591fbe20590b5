/// The token bucket of a channel: it stops retries and hedges while too many calls fail (gRFC A6). Sans-IO.
///
/// Counts the calls of methods that have a policy. full ──failure: -1──► … ──at half or below──► throttled ──success: +ratio──► …
package struct RetryThrottle: Sendable {
    private let maximum: Int
    private let ratio: Int
    /// Thousandths of a token.
    package private(set) var tokens: Int

    package init(_ throttling: RetryThrottling) {
        maximum = throttling.maximumThousandths
        ratio = throttling.ratioThousandths
        tokens = maximum
    }

    package var isThrottled: Bool { tokens <= maximum / 2 }

    /// An attempt failed in a way that could be repeated, or the server asked not to try again.
    package mutating func failed() { tokens = max(0, tokens - 1_000) }

    package mutating func succeeded() { tokens = min(maximum, tokens + ratio) }
}
