package import SampanRPC

/// Who has been heard of lately. Not in the journal: it would be a line for each node every 10 s, and after a start it is worth nothing.
///
/// All times are of a clock that only counts (nanoseconds): a jump of the clock on the wall would make everybody absent at once, and open
/// every gate.
package struct NodePresence: Sendable {
    /// 10 minutes: sixty reports that did not come.
    package static let defaultAbsenceLimit: Int64 = 600_000_000_000

    private let startedAt: Int64
    private let absenceLimit: Int64
    private var lastSeen: [PeerIdentity: Int64] = [:]

    /// - Parameters:
    ///   - startedAt: when the authority began to listen. Nobody is absent before a whole limit has passed since: an authority that comes
    ///     back from a crash knows of nobody, and must not take that for an empty region.
    ///   - absenceLimit: nanoseconds, more than 0.
    package init(startedAt: Int64, absenceLimit: Int64 = defaultAbsenceLimit) {
        self.startedAt = startedAt
        self.absenceLimit = absenceLimit
    }

    package mutating func saw(_ node: PeerIdentity, at uptime: Int64) { lastSeen[node] = uptime }

    /// Nil for never since the start.
    package func lastSeen(_ node: PeerIdentity) -> Int64? { lastSeen[node] }

    package func isAbsent(_ node: PeerIdentity, at uptime: Int64) -> Bool {
        uptime - max(startedAt, lastSeen[node] ?? startedAt) > absenceLimit
    }
}
