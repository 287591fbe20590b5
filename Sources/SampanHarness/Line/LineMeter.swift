/// Bytes of messages per second, as their receiver sees them, once the line is up to speed.
///
/// The clock starts with the first message; the ramp is left out (TCP's slow start takes ten round trips or so), what comes in the
/// interval after it counts. Sans-IO: times are handed in.
struct LineMeter {
    private let ramp: Duration
    private let interval: Duration
    private var start: ContinuousClock.Instant?
    private var last: ContinuousClock.Instant?
    private var rampBytes = 0
    private var bytes = 0

    init(ramp: Duration, interval: Duration) {
        self.ramp = ramp
        self.interval = interval
    }

    /// A message of `count` bytes has come; false when enough has been seen.
    mutating func take(_ count: Int, at now: ContinuousClock.Instant) -> Bool {
        guard let start else {
            self.start = now
            rampBytes = count
            return true
        }
        guard now >= start + ramp else {
            rampBytes += count
            return true
        }
        bytes += count
        last = now
        return now < start + ramp + interval
    }

    /// Mbit/s of message bytes after the ramp.
    var rate: Double {
        guard let start, let last, last > start + ramp else { return 0 }
        return Self.rate(bytes, last - (start + ramp))
    }

    /// Mbit/s during the ramp.
    var rampRate: Double { Self.rate(rampBytes, ramp) }

    private static func rate(_ bytes: Int, _ time: Duration) -> Double {
        let seconds = time.milliseconds / 1_000
        return seconds > 0 ? Double(bytes) * 8 / 1e6 / seconds : 0
    }

    /// For one line of a program's output.
    var text: String { "\(rampRate) \(rate)" }
}
