/// How wide windows must be for one stream to fill the line, found as gRPC finds it: what comes between a ping and its answer is what
/// the line carries in one round trip. Sans-IO: times are handed in, in nanoseconds of the loop's clock.
///
/// ```
/// resting ──bulk data, and rested enough──► asking (a ping is on its way) ──its answer──► resting; wider, or a longer rest
/// ```
/// gRPC doubles a window that a sample fills by two thirds while the bandwidth rises, which tells a full line from one whose queues only
/// become longer. Here the sample is set to the shortest round trip instead: what waits in queues makes a round trip longer by just as much
/// as it makes the sample larger. And a third of the window is compared, not two: libnghttp2 gives a window back when half of it has been
/// taken, so a sender that has nothing else to wait for sends little more than half a window in a round trip.
struct BandwidthEstimator {
    private enum State {
        case resting(until: Int64)
        case asking(since: Int64, received: Int)
    }

    /// Bytes that the window of a stream should have.
    private(set) var window: Int
    private let maximum: Int
    private var state = State.resting(until: .min)
    private var rest: Int64 = 0
    private var shortest: Int64 = .max
    private var shortestSeen: Int64 = .min

    /// Rest after the first sample that changed nothing; doubles. 100 ms, as gRPC C++ has it: a line that slowly comes up to speed is
    /// asked again soon.
    static let shortestRest: Int64 = 100_000_000
    /// 1 s: one small frame in a second of bulk data, and a line that has become faster is noticed at once.
    static let longestRest: Int64 = 1_000_000_000
    /// Age at which the shortest round trip is forgotten: routes change. 10 s, as BBR has it.
    static let memory: Int64 = 10_000_000_000

    /// `window`: what streams begin with; `maximum`: the most they may have. In bytes.
    init(window: Int, maximum: Int) {
        self.window = window
        self.maximum = maximum
    }

    /// Bulk data has come, `received` bytes since the connection began. True: send a ping now.
    mutating func ask(now: Int64, received: Int) -> Bool {
        guard window < maximum, case .resting(let until) = state, now >= until else { return false }
        state = .asking(since: now, received: received)
        return true
    }

    /// The ping was answered. True when the window has become wider.
    mutating func answered(now: Int64, received: Int) -> Bool {
        guard case .asking(let since, let before) = state else { return false }
        let trip = max(1, now - since)
        if trip <= shortest || now - shortestSeen >= Self.memory {
            shortest = trip
            shortestSeen = now
        }
        let carried = Double(received - before) * Double(shortest) / Double(trip)
        guard carried * 3 >= Double(window) else {
            rest = min(max(Self.shortestRest, rest * 2), Self.longestRest)
            state = .resting(until: now + rest)
            return false
        }
        // One step a sample: a sample may be off, the next one tells.
        window = min(window * 2, maximum)
        rest = 0
        state = .resting(until: now)
        return true
    }
}
