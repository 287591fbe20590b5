import SampanAuthority
import SampanDomain
import Synchronization

/// A clock that moves when it is told to. Waiting takes no time: a pause is over at once, or lasts until it is cancelled.
final class TestTime: Sendable {
    static let second: Int64 = 1_000_000_000
    private let nanoseconds: Mutex<Int64>
    /// Whether pauses are over at once.
    private let isPatient: Bool

    /// The wall stands at 2026-11-18T00:00:00Z.
    init(isPatient: Bool = false) {
        nanoseconds = Mutex(0)
        self.isPatient = isPatient
    }

    var now: UnixTime { UnixTime(nanoseconds: 1_794_960_000 * Self.second + nanoseconds.withLock { $0 }) }

    func advance(seconds: Int64) { nanoseconds.withLock { $0 += seconds * Self.second } }

    var clock: AuthorityClock {
        AuthorityClock(wall: { self.now }, uptime: { self.nanoseconds.withLock { $0 } }) { [isPatient] _ in
            guard isPatient else { return }
            let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
            for await _ in stream {}
            continuation.finish()
        }
    }
}
