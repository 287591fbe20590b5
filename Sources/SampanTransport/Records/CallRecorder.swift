internal import CLinux
internal import Glibc
internal import SampanRPC

/// Remembers calls of a loop that did not end well, and the slowest. Loop-confined.
@safe final class CallRecorder {
    /// What policies and details say about a call and how it ended.
    typealias Finder = @Sendable (RPCError, PeerIdentity?, MethodDescriptor) -> CallRecord.Finding

    let find: Finder
    @exclusivity(unchecked) private var shelf: CallShelf
    @exclusivity(unchecked) private var slow = SlowCalls()
    /// Identifiers must differ, and need not be secret: who may read a record is asked of its reader.
    @exclusivity(unchecked) private var random: JitterRandom
    /// Of refusals for load: how many may still be remembered in the second that began at `secondBegan`.
    @exclusivity(unchecked) private var refusalsLeft = CallRecorder.refusalsPerSecond
    @exclusivity(unchecked) private var secondBegan: Int64 = 0

    /// 1,024 calls on each loop and 1 MiB: hours of a quiet node, a minute of a sick one.
    static let maximumCount = 1_024
    static let maximumBytes = 1 << 20
    /// 200: a refusal must cost next to nothing, and the thousands of a second are alike.
    static let refusalsPerSecond = 200

    init(_ find: @escaping Finder, seed: UInt64 = .random(in: 0 ... .max)) {
        self.find = find
        unsafe shelf = CallShelf(maximumCount: Self.maximumCount, maximumBytes: Self.maximumBytes)
        unsafe random = JitterRandom(seed: seed)
    }

    func makeID() -> TraceID {
        unsafe TraceID(high: random.next() | 1, low: random.next()) ?? makeID()
    }

    func keep(_ record: CallRecord) { unsafe shelf.add(record, of: record.caller?.institution ?? "") }

    /// Returns what a call must have taken from now on to be one of the slowest, in nanoseconds.
    func keepSlow(_ record: CallRecord) -> Int64 {
        unsafe slow.add(record)
        return unsafe slow.least
    }

    /// Whether one more refusal for load is told apart from the others.
    func takesRefusal(at now: Int64) -> Bool {
        if unsafe now - secondBegan >= 1_000_000_000 { unsafe (secondBegan, refusalsLeft) = (now, Self.refusalsPerSecond) }
        guard unsafe refusalsLeft > 0 else { return false }
        unsafe refusalsLeft -= 1
        return true
    }

    /// Those that did not end well, and the slowest.
    var all: (failed: [CallRecord], slow: [CallRecord]) { unsafe (shelf.records, slow.records) }

    /// Unix time in nanoseconds.
    static func wallClock() -> Int64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) &* 1_000_000_000 &+ Int64(now.tv_nsec)
    }
}
