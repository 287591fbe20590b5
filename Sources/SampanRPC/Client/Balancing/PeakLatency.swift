/// How long an endpoint takes to begin its answers, as the balancer sees it: what is slower than before counts at once, what is faster
/// little by little, and silence halves it. Sans-IO.
///
/// The peak-sensitive moving average of Finagle's load balancer (Twitter, "P2C + Peak EWMA"). A plain average would need many calls to
/// notice that an endpoint has begun to hang.
package struct PeakLatency: Sendable {
    /// Silence after which half of it is believed. 5 s: who was slow is tried again soon, but not by every call.
    package static let halfLife: Int64 = 5_000_000_000
    /// An eighth of the way towards a faster answer.
    private static let gainShift = 3

    /// Nanoseconds; 0 before the first answer.
    private var average: Int64 = 0
    private var lastAnswer: Int64 = 0
    private var hasAnswered = false

    package init() {}

    /// An answer began `latency` nanoseconds after its call. `now`: nanoseconds on any clock that only goes forward.
    package mutating func answered(after latency: Int64, now: Int64) {
        let latency = max(0, latency)
        let before = value(at: now)
        average = latency >= before || !hasAnswered ? latency : before - (before - latency) >> Self.gainShift
        lastAnswer = now
        hasAnswered = true
    }

    /// Nanoseconds that an answer is expected to take. 0 before the first one.
    package func value(at now: Int64) -> Int64 {
        let silence = max(0, now - lastAnswer)
        let halvings = silence / Self.halfLife
        guard halvings < 62 else { return 0 }
        let whole = average >> halvings
        // A straight line between two halvings.
        return whole - whole / 2 * ((silence % Self.halfLife) >> 16) / (Self.halfLife >> 16)
    }

    /// What one more call is expected to cost on an endpoint that has a load of calls, counted in `unit`s for one call
    /// (`CapacityShares.load`). One that has never answered gets a call, and no second one before it has.
    package func cost(of load: Int, unit: Int = 1, at now: Int64) -> Int64 {
        guard hasAnswered else { return load == 0 ? 0 : .max }
        let (cost, isTooMuch) = max(1, value(at: now)).multipliedReportingOverflow(by: Int64(load) + Int64(unit))
        return isTooMuch ? .max : cost
    }
}
