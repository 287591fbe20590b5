import SampanDomain
import Synchronization

/// Time that passes only while somebody waits for it: every wait ends at once, and the clock has moved by its length.
final class VirtualClock: Sendable {
    private let nanoseconds: Mutex<Int64>
    private let waits = Mutex(0)

    init(_ start: UnixTime = morning) { nanoseconds = Mutex(start.nanoseconds) }

    var now: UnixTime { UnixTime(nanoseconds: nanoseconds.withLock { $0 }) }
    var waitCount: Int { waits.withLock { $0 } }

    func advance(by duration: Duration) {
        let (seconds, attoseconds) = duration.components
        nanoseconds.withLock { $0 += seconds * 1_000_000_000 + attoseconds / 1_000_000_000 }
    }

    func pause(_ duration: Duration) async {
        advance(by: duration)
        waits.withLock { $0 += 1 }
        await Task.yield()
    }
}
