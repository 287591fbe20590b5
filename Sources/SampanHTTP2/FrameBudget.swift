/// What a peer has sent in this interval, against its limits. No clock: the time comes with the bytes.
///
/// A fixed window: at a boundary a peer may send twice the limit at once, which is still bounded, and a frame costs one addition.
struct FrameBudget {
    let limits: FrameLimits
    private var start: Int64 = .min
    /// HEADERS and DATA frames sent in this interval.
    private var earned: UInt32 = 0
    private var resets: UInt32 = 0
    private var pings: UInt32 = 0
    private var settings: UInt32 = 0
    private var priorities: UInt32 = 0
    private var windowUpdates: UInt32 = 0
    private var emptyData: UInt32 = 0

    init(_ limits: FrameLimits) { self.limits = limits }

    /// The time now, in nanoseconds that never go back: begins a new interval when the old one is over.
    mutating func advance(to now: Int64) {
        let (age, overflow) = now.subtractingReportingOverflow(start)
        guard overflow || age >= limits.intervalNanoseconds else { return }
        self = FrameBudget(limits)
        start = now
    }

    /// Something with content was sent.
    mutating func earn() { earned &+= 1 }

    /// Counts a frame; false when it is one too many.
    mutating func spend(_ kind: FloodKind) -> Bool {
        switch kind {
        case .resets: Self.count(&resets, limits.resets, 0)
        case .pings: Self.count(&pings, limits.pings, UInt64(earned))
        case .settings: Self.count(&settings, limits.settings, 0)
        case .priorities: Self.count(&priorities, limits.priorities, UInt64(earned))
        // A stack may give back the stream's and the connection's window several times within one of our frames.
        case .windowUpdates: Self.count(&windowUpdates, limits.windowUpdates, 4 * UInt64(earned))
        case .emptyData: Self.count(&emptyData, limits.emptyData, 0)
        case .headerList, .unanswered: false
        }
    }

    private static func count(_ counter: inout UInt32, _ limit: UInt32, _ extra: UInt64) -> Bool {
        counter &+= 1
        return UInt64(counter) <= UInt64(limit) + extra
    }
}
