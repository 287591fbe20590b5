internal import Synchronization

/// One wait that a time or a cancellation ends, whichever comes first.
final class SimulatedWait: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<Void, Never>)
        case over
    }

    private let state = Mutex(State.new)

    /// False when it is over already; the continuation has been resumed then.
    func set(_ continuation: CheckedContinuation<Void, Never>) -> Bool {
        let isWaiting = state.withLock { state in
            guard case .new = state else { return false }
            state = .waiting(continuation)
            return true
        }
        if !isWaiting { continuation.resume() }
        return isWaiting
    }

    func end() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state = .over }
            guard case .waiting(let waiter) = state else { return nil }
            return waiter
        }
        waiter?.resume()
    }
}
