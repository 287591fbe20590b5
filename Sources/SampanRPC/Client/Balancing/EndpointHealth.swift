/// Whether an endpoint gets calls, by how its last ones ended: outlier ejection (gRFC A50) by failures in a row, as Linkerd's circuit
/// breaker counts them. Sans-IO.
///
/// ```
/// good ──failures in a row──► ejected ──time──► on trial ──a call did well──► good
///                                ▲                  └──a call failed──┐
///                                └──────── twice as long ◄────────────┘
/// ```
/// Whoever asks it never ejects the last: where all are ejected, all get calls.
package struct EndpointHealth: Sendable {
    /// 5: of an endpoint that fails one call in ten, chance makes five failures in a row once in 100,000 calls. A share of failures would
    /// need a window and enough calls in it; a node that fails all of them shows at once, and one that fails most of them soon.
    package static let tolerated = 5
    /// 1 s: a node that restarts is gone for less.
    package static let firstEjection: Int64 = 1_000_000_000
    /// One minute: a call a minute is what a sick node costs its callers.
    package static let longestEjection: Int64 = 60_000_000_000

    private var failuresInARow = 0
    /// How often it has been ejected since it was last good.
    private var ejections = 0
    /// When calls may try it again; nil while it is good.
    private var ejectedUntil: Int64?

    package init() {}

    /// Whether a status says that the endpoint, rather than the call, is at fault.
    package static func isFault(_ status: StatusCode) -> Bool {
        switch status {
        case .unavailable, .internal, .unknown, .dataLoss, .deadlineExceeded: true
        default: false
        }
    }

    package func isEjected(at now: Int64) -> Bool { ejectedUntil.map { now < $0 } ?? false }

    /// A call has ended that had been put on it. Nanoseconds on any clock that only goes forward.
    package mutating func ended(_ status: StatusCode, now: Int64) {
        guard Self.isFault(status) else {
            // Whoever cancels says nothing of the endpoint; what began before the ejection says nothing of now.
            if status != .cancelled, !isEjected(at: now) { (failuresInARow, ejections, ejectedUntil) = (0, 0, nil) }
            return
        }
        guard !isEjected(at: now) else { return }
        failuresInARow += 1
        // On trial one failure will do.
        guard ejectedUntil != nil || failuresInARow >= Self.tolerated else { return }
        failuresInARow = 0
        // Six doublings are beyond the longest.
        ejectedUntil = now + min(Self.firstEjection << min(ejections, 6), Self.longestEjection)
        ejections += 1
    }

    /// What it has done so far counts no more: it is another process now.
    package mutating func reset() { (failuresInARow, ejections, ejectedUntil) = (0, 0, nil) }
}
