import SampanChannelSimulator
import SampanDomain
import Synchronization

/// Time that stands still until a test moves it.
final class ManualTime: Sendable {
    private struct Sleeper {
        let until: UnixTime
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: UnixTime
        var sleepers: [Int: Sleeper] = [:]
        var nextID = 0
    }

    /// 2026-11-22 09:00:00 in China.
    static let start = UnixTime(nanoseconds: 1_795_309_200_000_000_000)

    private let state: Mutex<State>
    /// The length of every sleep, when it has begun.
    let sleeps: AsyncStream<Duration>
    private let begun: AsyncStream<Duration>.Continuation

    init() {
        state = Mutex(State(now: Self.start))
        (sleeps, begun) = AsyncStream.makeStream()
    }

    var now: UnixTime { state.withLock { $0.now } }

    var time: SimulatorTime {
        SimulatorTime(now: { self.now }, sleep: { try await self.wait($0) })
    }

    func advance(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let due = state.withLock { state in
            state.now = state.now.advanced(byNanoseconds: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return Array(due.values)
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    private func wait(_ duration: Duration) async throws {
        let (seconds, attoseconds) = duration.components
        let id = state.withLock { state in
            defer { state.nextID += 1 }
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    let until = state.now.advanced(byNanoseconds: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
                    if until <= state.now || Task.isCancelled { return true }
                    state.sleepers[id] = Sleeper(until: until, continuation: continuation)
                    return false
                }
                begun.yield(duration)
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
        }
    }
}
