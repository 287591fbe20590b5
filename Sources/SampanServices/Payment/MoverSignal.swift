internal import Synchronization

/// Wakes one mover. A wake-up that comes while it is busy is kept, so that none is lost.
final class MoverSignal: Sendable {
    private enum State {
        case idle
        case fired
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.idle)

    func fire() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .waiting(let waiter) = state else {
                state = .fired
                return nil
            }
            state = .idle
            return waiter
        }
        waiter?.resume()
    }

    /// Whether it has fired since the last look; forgets it.
    func takeFired() -> Bool {
        state.withLock { state in
            guard case .fired = state else { return false }
            state = .idle
            return true
        }
    }

    /// Returns at the next `fire`, after `time`, or when the task is cancelled. One waiter at a time.
    /// - Parameter pause: waits for a time; returns early when its task is cancelled.
    func wait(atMost time: Duration, pause: @escaping @Sendable (Duration) async -> Void) async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.next() }
            tasks.addTask { await pause(time) }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    private func next() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // Set before the handler below runs: a cancellation is seen either here or there.
                    if Task.isCancelled { return true }
                    if case .fired = state {
                        state = .idle
                        return true
                    }
                    state = .waiting(continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            stopWaiting()
        }
    }

    /// Ends the wait without firing: the time was over, and a wake-up that nobody sent must not end the next wait.
    private func stopWaiting() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .waiting(let waiter) = state else { return nil }
            state = .idle
            return waiter
        }
        waiter?.resume()
    }
}
