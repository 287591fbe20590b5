import Synchronization

/// When each call of an open loop is due, and the callers that wait for their next one.
///
/// Safe from any task. All of them run on one loop, so its lock is never waited for.
final class Timetable: Sendable {
    /// A call to be made.
    struct Entry: Sendable {
        let index: Int
        let due: ContinuousClock.Instant
    }

    private struct State {
        /// Calls that were handed out.
        var made = 0
        var waiting: [CheckedContinuation<Entry?, Never>] = []
    }

    private let begin = ContinuousClock.now
    private let rate: Double
    private let calls: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - rate: calls a second, evenly spaced from now on.
    ///   - calls: how many in all.
    init(rate: Double, calls: Int) {
        (self.rate, self.calls) = (rate, calls)
    }

    /// The next call, as soon as it is due; nil when all were handed out.
    func next() async -> Entry? {
        if let index = take() { return entry(index) }
        return await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard state.made < calls else { return true }
                state.waiting.append(continuation)
                return false
            }
            if isOver { continuation.resume(returning: nil) }
        }
    }

    /// Hands what is due to callers that wait, and then to `start`, which is to begin a caller with it. False when all were handed out: no
    /// caller waits any more.
    func handOut(start: (Entry) -> Void) -> Bool {
        while let index = take() {
            let caller = state.withLock { $0.waiting.popLast() }
            if let caller { caller.resume(returning: entry(index)) } else { start(entry(index)) }
        }
        let left = state.withLock { state -> [CheckedContinuation<Entry?, Never>]? in
            guard state.made == calls else { return nil }
            defer { state.waiting = [] }
            return state.waiting
        }
        guard let left else { return true }
        for caller in left { caller.resume(returning: nil) }
        return false
    }

    private func entry(_ index: Int) -> Entry { Entry(index: index, due: begin + .seconds(Double(index) / rate)) }

    /// The number of a call that is due by now.
    private func take() -> Int? {
        let due = min(calls, Int(begin.duration(to: .now).seconds * rate) + 1)
        return state.withLock { state in
            guard state.made < due else { return nil }
            defer { state.made += 1 }
            return state.made
        }
    }
}
