internal import SampanRPC

/// The series of the calls that a connection had last, so that a call finds its own without making or hashing a string. Loop-confined.
struct SeriesCache {
    private struct Entry {
        let method: MethodDescriptor
        let peer: Peer
        let series: CallSeries
    }

    /// Of calls of no method that is known here; asked for by whoever floods with them.
    var other: CallSeries?
    private var entries: [Entry] = []
    private var next = 0

    /// 8: methods that one peer calls again and again.
    private static let limit = 8

    func find(_ method: MethodDescriptor, _ peer: Peer) -> CallSeries? {
        for entry in entries where entry.method.isIdentical(to: method) && entry.peer.isOfSameInstitution(peer) { return entry.series }
        return nil
    }

    /// Keeps it in place of the one that has been kept for longest.
    mutating func keep(_ series: CallSeries, for method: MethodDescriptor, _ peer: Peer) {
        let entry = Entry(method: method, peer: peer, series: series)
        if entries.count < Self.limit {
            entries.append(entry)
        } else {
            entries[next] = entry
            next = (next + 1) % Self.limit
        }
    }

    /// Series may be named otherwise from now on.
    mutating func forget() { self = SeriesCache() }
}
