package import SampanDomain
internal import Synchronization

/// What a node knows of the registry: who may act. Fed by the registry itself on the platform node, and by `StandingFollower` elsewhere.
///
/// ```
/// empty ──begins … is complete──► current ──change──► current        nothing heard for `limit`: stale, and nobody is believed
/// ```
/// Safe from any thread; a question costs one short lock.
package final class StandingBoard: Sendable {
    /// How long a node goes by what it heard last. 2 s: a suspended member is refused everywhere within them, also by a node that the
    /// platform cannot reach (ID-24).
    package static let defaultLimit: Duration = .seconds(2)

    private struct State {
        var institutions: [String: Standing] = [:]
        var staff: [StaffKey: Standing] = [:]
        /// Of a stream that has begun and is not complete; what was known before counts until it is.
        var next: (institutions: [String: Standing], staff: [StaffKey: Standing])?
        var isKnown = false
        var heardAt: Int64 = 0
    }

    private let state = Mutex(State())
    private let limit: Int64?
    private let uptime: @Sendable () -> Int64

    /// - Parameters:
    ///   - limit: nil where the registry is in the same process, and there is nothing to be cut off from.
    ///   - uptime: nanoseconds of a clock that only counts.
    package init(limit: Duration?, uptime: @escaping @Sendable () -> Int64) {
        self.limit = limit.map(\.nanosecondsClamped)
        self.uptime = uptime
    }

    /// How many institutions and staff are known.
    package var counts: (institutions: Int, staff: Int) { state.withLock { ($0.institutions.count, $0.staff.count) } }

    /// Takes what the registry says.
    /// - Parameters:
    ///   - begins: everybody follows; what was said before counts until they have come.
    ///   - isComplete: they have.
    package func take(_ changes: [StandingChange], begins: Bool = false, isComplete: Bool = false) {
        let now = uptime()
        state.withLock { state in
            state.heardAt = now
            if begins { state.next = ([:], [:]) }
            if var next = state.next {
                // The state's own copy is let go first: a dictionary of all staff is not copied for each message.
                state.next = nil
                Self.apply(changes, to: &next.institutions, &next.staff)
                if isComplete {
                    (state.institutions, state.staff) = next
                    state.isKnown = true
                } else {
                    state.next = next
                }
            } else {
                Self.apply(changes, to: &state.institutions, &state.staff)
            }
        }
    }

    private static func apply(
        _ changes: [StandingChange], to institutions: inout [String: Standing], _ staff: inout [StaffKey: Standing]
    ) {
        for change in changes {
            switch change.subject {
            case .institution(let code): institutions[code] = change.standing
            case .staff(let key): staff[key] = change.standing
            }
        }
    }

    /// Returns where a member may act now, in all of these roles.
    package func check(
        _ institution: String, _ staffID: StaffID, _ roles: Set<StaffRole>, at now: UnixTime
    ) throws(StaffTokenRefusal) {
        let uptime = uptime()
        try state.withLock { state throws(StaffTokenRefusal) in
            guard state.isKnown, limit.map({ uptime &- state.heardAt <= $0 }) ?? true else { throw .stale }
            let key = StaffKey(institution: institution, staffID: staffID)
            let granted = try Self.check(key, state, now)
            if let home = granted.home { _ = try Self.check(home, state, now) }
            guard roles.isSubset(of: granted.roles) else { throw .roleNotGranted }
        }
    }

    private static func check(_ key: StaffKey, _ state: State, _ now: UnixTime) throws(StaffTokenRefusal) -> Standing {
        guard let institution = state.institutions[key.institution] else { throw .unknown }
        guard institution.holds(at: now) else { throw .institutionSuspended }
        guard let standing = state.staff[key] else { throw .unknown }
        guard standing.holds(at: now) else { throw .suspended }
        return standing
    }
}
