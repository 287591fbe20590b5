/// How a node goes out of service. Sans-IO: events with their time in, what is to be done out.
///
/// ```
///            ┌────────────────────── stop ──────────────────────┐
/// serving ───┴─ drain ──► leaving ── left, late, or stop ──► emptying ── empty ──► over
///                            └───────────── deadline ─────────────┴─► cutting ── cut ──┘
/// ```
/// The first event says how long calls may take. A later `drain` changes nothing: it joins. A `stop` means that the process has to be gone
/// within its own grace from then on, so it ends the leaving, and brings the deadline nearer where that was later.
struct Draining: Sendable {
    typealias Instant = ContinuousClock.Instant

    enum Phase: Sendable, Hashable { case serving, leaving, emptying, cutting, over }

    /// What is to be done, in this order.
    enum Action: Sendable, Hashable {
        /// Health says NOT_SERVING of everything.
        case switchHealth
        /// Take the node out of the region's routes; then `left`.
        case leaveRoutes
        /// Tell connections to go, and take no new ones; then `counted`, again and again.
        case closeDoors
        /// End the calls that are left; then `cut`.
        case cut
    }

    /// As it is told.
    struct Progress: Sendable, Hashable {
        var phase = Phase.serving
        var calls = 0
        var connections = 0
        /// Whole milliseconds of the grace.
        var left: Duration = .zero
        var cutCalls = 0
        /// Empty for none.
        var problem = ""
    }

    /// 5 s: an epoch is everywhere within one, and a platform that is away must not hold up more than this. Never more than half of the
    /// grace: the other half is for the calls.
    static let patience: Duration = .seconds(5)
    /// Without any call, for connections that do not go: 2 s, some round trips of a bad line. Until then calls may arrive that were sent
    /// before their caller heard that the connection goes.
    static let settling: Duration = .seconds(2)

    private(set) var phase = Phase.serving
    private var deadline: Instant?
    /// Until when the routes are waited for.
    private var leaveEnds: Instant?
    /// Since when there has been no call.
    private var quietSince: Instant?
    private var said = Progress()

    /// An admin wants the node out of service. `isRouted`: the region's routes name it.
    mutating func drain(grace: Duration, isRouted: Bool, at now: Instant) -> [Action] {
        guard phase == .serving else { return [] }
        deadline = now + grace
        guard isRouted else {
            phase = .emptying
            return [.switchHealth, .closeDoors]
        }
        phase = .leaving
        leaveEnds = now + min(Self.patience, grace / 2)
        return [.switchHealth, .leaveRoutes]
    }

    /// The process is told to end (SIGTERM). It keeps its place in the routes: it is likely to be back in seconds, and an institution whose
    /// only node is restarted must not be unknown meanwhile.
    mutating func stop(grace: Duration, at now: Instant) -> [Action] {
        deadline = deadline.map { min($0, now + grace) } ?? now + grace
        switch phase {
        case .serving:
            phase = .emptying
            return [.switchHealth, .closeDoors]
        case .leaving:
            phase = .emptying
            return [.closeDoors]
        case .emptying, .cutting, .over: return []
        }
    }

    /// The region's routes name the node no more, or `problem` stands in the way of that. Late news change nothing.
    mutating func left(problem: String?, at now: Instant) -> [Action] {
        guard phase == .leaving else { return [] }
        said.problem = problem ?? ""
        phase = .emptying
        return [.closeDoors]
    }

    /// What is there now, since `closeDoors` was done.
    mutating func counted(calls: Int, connections: Int, at now: Instant) -> [Action] {
        (said.calls, said.connections) = (calls, connections)
        guard phase == .emptying else { return [] }
        guard calls == 0 else {
            quietSince = nil
            return passed(now)
        }
        let quiet = quietSince ?? now
        quietSince = quiet
        if connections == 0 || now >= quiet + Self.settling {
            phase = .over
            return []
        }
        return passed(now)
    }

    /// Time has passed, to `next` or not so far.
    mutating func passed(_ now: Instant) -> [Action] {
        switch phase {
        case .serving, .cutting, .over: return []
        case .leaving:
            if let deadline, now >= deadline {
                phase = .cutting
                return [.closeDoors, .cut]
            }
            guard let leaveEnds, now >= leaveEnds else { return [] }
            return left(problem: "the platform has not taken this node out of the routes in time", at: now)
        case .emptying:
            guard let deadline, now >= deadline else { return [] }
            guard said.calls > 0 || quietSince == nil else {
                // Only connections are left, and there is no time to wait for them.
                phase = .over
                return []
            }
            phase = .cutting
            return [.cut]
        }
    }

    /// So many calls had to be ended.
    mutating func cut(_ calls: Int) {
        guard phase == .cutting else { return }
        said.cutCalls = calls
        said.calls = max(0, said.calls - calls)
        phase = .over
    }

    /// When `passed` or `counted` has something to say at the latest; nil for never.
    var next: Instant? {
        switch phase {
        case .serving, .cutting, .over: nil
        case .leaving: [deadline, leaveEnds].compactMap { $0 }.min()
        case .emptying: [deadline, quietSince.map { $0 + Self.settling }].compactMap { $0 }.min()
        }
    }

    func progress(at now: Instant) -> Progress {
        var progress = said
        progress.phase = phase
        let left = deadline.map { $0 - now } ?? .zero
        progress.left = phase == .over || left < .zero ? .zero : .milliseconds(left / .milliseconds(1))
        return progress
    }
}
