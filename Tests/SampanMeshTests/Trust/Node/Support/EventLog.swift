import Synchronization

/// Events as they come, for a test that waits for one. Each is looked at once, in order.
final class EventLog<Event: Sendable>: Sendable {
    private struct State {
        var events: [Event] = []
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func add(_ event: Event) {
        wake { $0.events.append(event) }
    }

    /// The next event of which `pick` makes something; those before it are dropped. Throws when the test is out of time. One task at a
    /// time.
    func next<Value>(_ pick: (Event) -> Value?) async throws -> Value {
        while true {
            while let event = state.withLock({ $0.events.isEmpty ? nil : $0.events.removeFirst() }) {
                if let value = pick(event) { return value }
            }
            try Task.checkCancellation()
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isThere = state.withLock { state in
                        guard state.events.isEmpty, !Task.isCancelled else { return true }
                        state.waiter = continuation
                        return false
                    }
                    if isThere { continuation.resume() }
                }
            } onCancel: {
                wake { _ in }
            }
        }
    }

    /// Whether there is nothing that nobody has looked at.
    var isEmpty: Bool { state.withLock { $0.events.isEmpty } }

    private func wake(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
