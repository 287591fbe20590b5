/// When a notification that was not answered with OK is sent again: the intervals of WeChat Pay ("支付成功通知"), scaled.
package struct NotificationLadder: Sendable {
    /// Seconds between the attempts, real: 24 h 4 min altogether. The last one repeats, since the truth has to arrive at last.
    private static let seconds: [Int64] = [
        15, 15, 30, 180, 600, 1_200, 1_800, 1_800, 1_800, 3_600, 10_800, 10_800, 10_800, 21_600, 21_600,
    ]

    private let scale: Double

    /// - Parameter scale: what the real intervals are multiplied by; 1/100 makes 15 s 150 ms. Nil unless 0.0001 to 1.
    package init?(scale: Double = 0.01) {
        guard scale >= 0.0001, scale <= 1 else { return nil }
        self.scale = scale
    }

    /// For development: 1/100 of the real intervals.
    package static let development = NotificationLadder(checked: 0.01)

    private init(checked scale: Double) { self.scale = scale }

    /// The wait after attempt number `attempts` (1 is the first).
    package func interval(after attempts: Int) -> Duration {
        let rung = min(max(attempts - 1, 0), Self.seconds.count - 1)
        return .milliseconds(max(1, Int64(Double(Self.seconds[rung]) * 1_000 * scale)))
    }
}
