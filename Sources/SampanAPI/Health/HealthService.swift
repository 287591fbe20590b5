public import SampanRPC
internal import Synchronization

/// `grpc.health.v1.Health`: what a server says of its own ability to serve (gRPC health-checking.md).
///
/// The empty name stands for the server as a whole. Safe from any task; its watchers are told of each change, and of the latest only where
/// changes come faster than they read.
public final class HealthService: GRPCHealthV1.HealthHandler {
    public typealias Status = GRPCHealthV1.HealthCheckResponse.ServingStatus

    private struct Watcher {
        let service: String
        let statuses: AsyncStream<Status>.Continuation
    }

    private struct State {
        var statuses: [String: Status]
        var watchers: [Int: Watcher] = [:]
        var nextWatcher = 0
        var isShutDown = false
    }
    private let state: Mutex<State>

    /// Most watches at once. 1,000: each holds a call open for as long as its client likes.
    public static let maximumWatchers = 1_000
    /// Most services that `List` tells of (health.proto).
    public static let longestList = 100

    /// Begins with the server and each of these services in SERVING.
    public init(serving services: [String] = []) {
        state = Mutex(State(statuses: Dictionary((services + [""]).map { ($0, .serving) }) { first, _ in first }))
    }

    /// Sets the status of a service, or of the server. No effect after `shutDown`.
    public func set(_ status: Status, for service: String = "") {
        state.withLock { state in
            guard !state.isShutDown, state.statuses.updateValue(status, forKey: service) != status else { return }
            Self.tell(&state, service, status)
        }
    }

    /// Says NOT_SERVING of everything, for good: the server is about to go, and whoever chooses between servers should choose another.
    /// Watches end with UNAVAILABLE once they have said so, so that they do not hold up the end of the server.
    public func shutDown() {
        state.withLock { state in
            state.isShutDown = true
            for (service, status) in state.statuses where status != .notServing {
                state.statuses[service] = .notServing
                Self.tell(&state, service, .notServing)
            }
            for watcher in state.watchers.values { watcher.statuses.finish() }
        }
    }

    private static func tell(_ state: inout State, _ service: String, _ status: Status) {
        for watcher in state.watchers.values where watcher.service == service { watcher.statuses.yield(status) }
    }

    // MARK: grpc.health.v1.Health

    public func check(
        _ request: GRPCHealthV1.HealthCheckRequest, context: CallContext
    ) async throws -> GRPCHealthV1.HealthCheckResponse {
        guard let status = state.withLock({ $0.statuses[request.service] }) else {
            throw RPCError(code: .notFound, message: "this server does not know the service that was asked for")
        }
        return Self.response(status)
    }

    public func list(_ request: GRPCHealthV1.HealthListRequest, context: CallContext) async throws -> GRPCHealthV1.HealthListResponse {
        let statuses = state.withLock { $0.statuses }
        guard statuses.count <= Self.longestList else {
            throw RPCError(code: .resourceExhausted, message: "there are more than \(Self.longestList) services; check them one by one")
        }
        var response = GRPCHealthV1.HealthListResponse()
        response.statuses = statuses.mapValues(Self.response)
        return response
    }

    public func watch(
        _ request: GRPCHealthV1.HealthCheckRequest, responses: MessageWriter<GRPCHealthV1.HealthCheckResponse>, context: CallContext
    ) async throws {
        // One is enough: who is late wants to know how things are, not how they were.
        let (statuses, continuation) = AsyncStream.makeStream(of: Status.self, bufferingPolicy: .bufferingNewest(1))
        let id = try state.withLock { state throws(RPCError) in
            guard state.watchers.count < Self.maximumWatchers else {
                throw RPCError(code: .resourceExhausted, message: "\(Self.maximumWatchers) watches are open; check instead, or try later")
            }
            state.nextWatcher += 1
            state.watchers[state.nextWatcher] = Watcher(service: request.service, statuses: continuation)
            continuation.yield(state.statuses[request.service] ?? .serviceUnknown)
            if state.isShutDown { continuation.finish() }
            return state.nextWatcher
        }
        defer { state.withLock { _ = $0.watchers.removeValue(forKey: id) } }
        var last: Status?
        for await status in statuses where status != last {
            last = status
            try await responses.send(Self.response(status))
        }
        try Task.checkCancellation()
        throw RPCError(code: .unavailable, message: "this server is shutting down; watch another")
    }

    private static func response(_ status: Status) -> GRPCHealthV1.HealthCheckResponse {
        var response = GRPCHealthV1.HealthCheckResponse()
        response.status = status
        return response
    }
}
