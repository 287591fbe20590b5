package import SampanDomain

/// Times of the saga, and the clocks it goes by.
package struct PaymentEngineConfiguration: Sendable {
    /// How long an order may be paid after it was made.
    package var orderLifetime: Duration
    /// How often the channel is asked about an unpaid order or an unfinished refund when no notification came. 5 s: a lost one
    /// costs a person at the window a few seconds, and the channel one question.
    package var channelPollInterval: Duration
    /// First wait after a step that failed; doubles.
    package var shortestBackoff: Duration
    package var longestBackoff: Duration
    /// A share of 100 by which the wait after a failure differs, 80 to 120: those that failed together do not come again together.
    package var jitter: @Sendable () -> Int
    package var now: @Sendable () -> UnixTime
    /// Waits, or returns early when the task is cancelled.
    package var pause: @Sendable (Duration) async -> Void

    package init(
        orderLifetime: Duration = .seconds(900), channelPollInterval: Duration = .seconds(5),
        shortestBackoff: Duration = .milliseconds(50), longestBackoff: Duration = .seconds(5),
        jitter: @escaping @Sendable () -> Int = { .random(in: 80...120) }, now: @escaping @Sendable () -> UnixTime,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.orderLifetime = orderLifetime
        self.channelPollInterval = channelPollInterval
        self.shortestBackoff = shortestBackoff
        self.longestBackoff = longestBackoff
        self.jitter = jitter
        self.now = now
        self.pause = pause
    }
}
