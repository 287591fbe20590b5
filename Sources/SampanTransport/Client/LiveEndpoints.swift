internal import Synchronization

/// A list of endpoints that its owner replaces while a channel uses it. For one channel. Safe from any task.
public final class LiveEndpoints: EndpointSource {
    private struct State {
        var endpoints: [Endpoint]
        var receive: (@Sendable ([Endpoint]) -> Void)?
    }

    private let state: Mutex<State>

    public init(_ endpoints: [Endpoint] = []) {
        state = Mutex(State(endpoints: endpoints))
    }

    /// The list from now on. An empty one has calls fail, or wait if they asked for that.
    public func replace(with endpoints: [Endpoint]) {
        // Handed over under the lock, so that lists arrive in the order in which they were set; the channel only takes note.
        state.withLock { state in
            state.endpoints = endpoints
            state.receive?(endpoints)
        }
    }

    public func watch(_ receive: @escaping @Sendable ([Endpoint]) -> Void) {
        state.withLock { state in
            state.receive = receive
            receive(state.endpoints)
        }
    }

    public func stop() {
        state.withLock { $0.receive = nil }
    }
}
