import Synchronization

/// Events as they come, for a test that waits for one. Each is looked at once, in order.
final class EventLog<Event: Sendable>: Sendable {
    private struct State {
        var events: [Event] = []
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func add(_ event: Event) {
        let waiter = state.withLock { state in
            state.events.append(event)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// The next event of which `pick` makes something; those before it are dropped. One task at a time.
    func next<Value>(_ pick: (Event) -> Value?) async -> Value {
        while true {
            while let event = state.withLock({ $0.events.isEmpty ? nil : $0.events.removeFirst() }) {
                if let value = pick(event) { return value }
            }
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    guard state.events.isEmpty else { return true }
                    state.waiter = continuation
                    return false
                }
                if isThere { continuation.resume() }
            }
        }
    }

    /// Those that nobody has looked at.
    var rest: [Event] { state.withLock { $0.events } }
}
