internal import Logging
internal import SampanAPI
internal import SampanDomain
internal import SampanMesh
internal import SampanRPC
internal import SampanTransport
internal import Synchronization

/// Carries out how a node goes out of service: `Draining` decides, and this does it and tells those who watch. Safe from any task.
///
/// Made before the node's server, which its desk belongs to; `run` goes on whether or not anybody watches.
final class NodeDrain: NodeDrainer {
    /// What there is to be drained.
    struct Node: Sendable {
        let server: GRPCServer
        let health: HealthService
        let policy: LivePolicy
        let auditLog: AuditLog
        /// The node's own institution.
        let institution: String
        /// Ends what would wait without end: asked when doors close, and again while calls are left.
        let release: @Sendable () async -> Void
    }

    private struct State {
        var machine = Draining()
        var todo: [Draining.Action] = []
        /// Addresses of connections over which admins drain.
        var admins: Set<String> = []
        var watchers: [Int: AsyncStream<TrustV1.DrainResponse>.Continuation] = [:]
        var nextWatcher = 0
        var lastSaid: Draining.Progress?
        var pauses: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextPause = 0
        var node: Node?
    }

    private let grace: Duration
    private let isRouted: Bool
    private let log: Logger
    private let state = Mutex(State())
    private let changed = Nudge()
    /// Routes are to name the node no more.
    private let leaving = Nudge()
    private let clock = ContinuousClock()

    /// Watchers at once. 16: admins, of whom there are few.
    private static let maximumWatchers = 16
    /// Between two looks at what is left, at least. 50 ms: a look visits every call, and thousands may end in a second.
    private static let pace: Duration = .milliseconds(50)
    /// Watchers hear at least so often.
    private static let longestSilence: Duration = .seconds(1)
    private static let methods = Set(TrustV1.NodeServiceMethods.all.map(\.path))

    /// - Parameters:
    ///   - grace: after a stop signal, and where an admin names none.
    ///   - isRouted: the region's routes name the node.
    init(grace: Duration, isRouted: Bool, log: Logger) { (self.grace, self.isRouted, self.log) = (grace, isRouted, log) }

    /// Before the node serves calls, as far as `node` matters to them.
    func join(_ node: Node) { state.withLock { $0.node = node } }

    // MARK: Events

    /// The process is told to end.
    func stop() {
        log.info("the node stops")
        happen { [grace] in $0.stop(grace: grace, at: $1) }
    }

    func drain(grace asked: Duration?, _ context: CallContext) async throws(RPCError) -> AsyncStream<TrustV1.DrainResponse> {
        guard let node = state.withLock({ $0.node }) else {
            throw RPCError(code: .unavailable, message: "the node is starting; drain it in a moment")
        }
        let grace = asked ?? grace
        try await writeDown(grace, node, context)
        let answers = try watch(context.peer.address)
        happen { [isRouted] in $0.drain(grace: grace, isRouted: isRouted, at: $1) }
        return answers
    }

    func requireOwn(_ context: CallContext) throws(RPCError) {
        guard let node = state.withLock({ $0.node }) else {
            throw RPCError(code: .unavailable, message: "the node is starting; ask in a moment")
        }
        try node.policy.requireData(of: node.institution, context)
    }

    /// What an admin does is in the audit before it happens.
    private func writeDown(_ grace: Duration, _ node: Node, _ context: CallContext) async throws(RPCError) {
        let actor = context.peer.identity?.uri ?? ""
        do throws(AuditError) {
            try await node.auditLog.append(
                AuditRecord(
                    at: WallClock.now(), kind: .admin, actor: actor, address: context.peer.address, method: "\(context.method)",
                    reason: "DRAIN", detail: "grace \(DurationText.text(grace))"))
        } catch {
            throw RPCError(
                code: .unavailable, message: "the audit log cannot be written, and nothing is done without it; SIGTERM ends the node")
        }
        log.notice("an admin drains the node", metadata: ["admin": "\(actor)", "grace": "\(DurationText.text(grace))"])
    }

    private func watch(_ address: String) throws(RPCError) -> AsyncStream<TrustV1.DrainResponse> {
        // The newest is enough: who is late wants to know how things are.
        let (stream, continuation) = AsyncStream.makeStream(of: TrustV1.DrainResponse.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state -> Int? in
            guard state.watchers.count < Self.maximumWatchers else { return nil }
            state.nextWatcher += 1
            state.watchers[state.nextWatcher] = continuation
            state.admins.insert(address)
            if state.machine.phase == .over {
                continuation.yield(state.machine.progress(at: clock.now).message)
                continuation.finish()
            } else {
                // Says how things are at once.
                state.lastSaid = nil
            }
            return state.nextWatcher
        }
        guard let id else {
            throw RPCError(code: .resourceExhausted, message: "\(Self.maximumWatchers) admins watch this drain already")
        }
        continuation.onTermination = { [weak self] _ in _ = self?.state.withLock { $0.watchers.removeValue(forKey: id) } }
        return stream
    }

    private func happen(_ event: (inout Draining, Draining.Instant) -> [Draining.Action]) {
        let actions = state.withLock { state in
            let actions = event(&state.machine, clock.now)
            state.todo += actions
            return actions
        }
        if actions.contains(.leaveRoutes) { leaving.give() }
        if actions.contains(.switchHealth) { endPauses() }
        changed.give()
    }

    // MARK: For the parts of the node

    /// Runs `register`, which keeps the node in the region's routes, and when the node goes out of service ends that and runs `leave`,
    /// which returns what stood in its way. Ends with its task.
    func whileRouted(_ register: @escaping @Sendable () async -> Void, leave: @Sendable () async -> String?) async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await register() }
            await leaving.wait()
            tasks.cancelAll()
        }
        guard !Task.isCancelled else { return }
        let problem = await leave()
        if let problem { log.error("the region's routes name this node still", metadata: ["reason": "\(problem)"]) }
        happen { $0.left(problem: problem, at: $1) }
    }

    /// Waits, or returns early when the node begins to go out of service or the task is cancelled: for handlers that wait for something
    /// to happen, and whose callers ask again.
    func pause(_ time: Duration) async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try? await Task.sleep(for: time) }
            tasks.addTask { await self.untilBegun() }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    private func untilBegun() async {
        let id = state.withLock { state in
            state.nextPause += 1
            return state.nextPause
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.machine.phase == .serving, !Task.isCancelled else { return true }
                    state.pauses[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.pauses.removeValue(forKey: id) }?.resume()
        }
    }

    private func endPauses() {
        let waiting = state.withLock { state in
            defer { state.pauses = [:] }
            return state.pauses.values.map { $0 }
        }
        for continuation in waiting { continuation.resume() }
    }

    // MARK: The work

    /// Returns when the node is out of service and no call is left. In a task that is not cancelled; once.
    func run() async {
        var isClosed = false
        while true {
            let (actions, node) = state.withLock { state in
                defer { state.todo = [] }
                return (state.todo, state.node)
            }
            for action in actions {
                await perform(action, node)
                if action == .closeDoors { isClosed = true }
            }
            if isClosed, let node { await look(node) } else { happenQuietly { $0.passed($1) } }
            let (isOver, hasMore, next) = state.withLock { ($0.machine.phase == .over, !$0.todo.isEmpty, $0.machine.next) }
            say()
            if isOver { break }
            guard !hasMore else { continue }
            guard let next else {
                await changed.wait()
                continue
            }
            await changed.wait(orFor: min(Self.longestSilence, max(.zero, next - clock.now)), on: clock)
            if isClosed { try? await clock.sleep(for: Self.pace) }
        }
        let end = state.withLock { $0.machine.progress(at: clock.now) }
        log.notice("the node is out of service", metadata: ["calls-cut": "\(end.cutCalls)"])
        for watcher in state.withLock({ $0.watchers.values.map { $0 } }) { watcher.finish() }
    }

    private func perform(_ action: Draining.Action, _ node: Node?) async {
        guard let node else { return }
        switch action {
        case .switchHealth: node.health.shutDown()
        case .leaveRoutes: break  // `whileRouted` does it.
        case .closeDoors:
            let admins = state.withLock { $0.admins }
            let changed = changed
            await node.server.closeDoors(ClosedDoors(stays: admins, admits: .admin, methods: Self.methods, status: Self.refusal)) {
                changed.give()
            }
            await node.release()
        case .cut:
            let (methods, status) = (Self.methods, Self.cutting)
            let count = await node.server.endCalls { methods.contains($0.method.path) ? nil : status }
            state.withLock { $0.machine.cut(count) }
        }
    }

    private func look(_ node: Node) async {
        let occupancy = await node.server.occupancy()
        if occupancy.calls > 0 { await node.release() }
        happenQuietly { $0.counted(calls: occupancy.calls, connections: occupancy.connections, at: $1) }
    }

    /// As `happen`, from the task that would be woken.
    private func happenQuietly(_ event: (inout Draining, Draining.Instant) -> [Draining.Action]) {
        state.withLock { state in state.todo += event(&state.machine, clock.now) }
    }

    /// Tells those who watch, where there is news or the last was long ago.
    private func say() {
        state.withLock { state in
            let progress = state.machine.progress(at: clock.now)
            guard progress.phase != .serving else { return }
            var same = progress
            same.left = state.lastSaid?.left ?? progress.left
            let isNews = same != state.lastSaid || (state.lastSaid.map { $0.left - progress.left >= Self.longestSilence } ?? true)
            guard isNews else { return }
            state.lastSaid = progress
            for watcher in state.watchers.values { watcher.yield(progress.message) }
        }
    }

    private static let refusal = RPCError(
        code: .unavailable, message: "this node is going out of service and takes no new calls; ask another",
        details: [GoogleRPC.ErrorInfo(reason: "NODE_DRAINING", domain: "mesh.sampan")])
    private static let cutting = RPCError(
        code: .unavailable, message: "this node has gone out of service, and the call had no time left to end; ask another",
        details: [GoogleRPC.ErrorInfo(reason: "NODE_DRAINED", domain: "mesh.sampan")])
}

extension Draining.Progress {
    var message: TrustV1.DrainResponse {
        let phase: TrustV1.DrainPhase =
            switch phase {
            case .serving: .unspecified
            case .leaving: .leaving
            case .emptying: .emptying
            case .cutting: .cutting
            case .over: .over
            }
        return TrustV1.DrainResponse(
            phase: phase, calls: UInt32(clamping: calls), connections: UInt32(clamping: connections), left: GoogleProtobuf.Duration(left),
            cutCalls: UInt32(clamping: cutCalls), problem: problem)
    }
}
