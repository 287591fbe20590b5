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

    /// Returns at the next `fire`, after `time`, or when the task is cancelled. One waiter at a time.
    func wait(atMost time: Duration, pause: @escaping @Sendable (Duration) async -> Void) async {
        let timer = Task {
            await pause(time)
            fire()
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isFired = state.withLock { state in
                    guard case .fired = state else {
                        state = .waiting(continuation)
                        return false
                    }
                    state = .idle
                    return true
                }
                if isFired { continuation.resume() }
            }
        } onCancel: {
            fire()
        }
        timer.cancel()
    }
}
