import Synchronization

/// A number that only grows, and wakes those who wait for it to be large enough.
final class AwaitedCount: Sendable {
    private struct State {
        var value = 0
        var isOver = false
        var waiters: [(goal: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var value: Int { state.withLock { $0.value } }

    func addOne() {
        wake { $0.value += 1 }
    }

    /// It will not grow any more: nobody need wait.
    func end() {
        wake { $0.isOver = true }
    }

    /// Returns when the number is at least `goal`, or will not grow any more.
    func reaches(_ goal: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                let isThere = state.value >= goal || state.isOver
                if !isThere { state.waiters.append((goal, continuation)) }
                return isThere
            }
            if isThere { continuation.resume() }
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let woken = state.withLock { state in
            change(&state)
            let woken = state.waiters.filter { $0.goal <= state.value || state.isOver }
            state.waiters.removeAll { $0.goal <= state.value || state.isOver }
            return woken.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }
}
