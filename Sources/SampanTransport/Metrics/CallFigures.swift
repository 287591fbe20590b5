package import SampanRPC

/// What a series has counted so far, over one loop or several.
package struct CallFigures: Sendable {
    /// The calls that ended with one status.
    package struct Ended: Sendable {
        package let code: StatusCode
        package internal(set) var durations: DurationHistogram
        /// One for each bucket, or none at all.
        package internal(set) var exemplars: [CallExemplar?]
    }

    package let labels: CallLabels
    package internal(set) var started: UInt64
    /// Of the bodies of served and relayed calls, as they came over HTTP/2 and as handlers gave them.
    package internal(set) var requestBytes: UInt64
    package internal(set) var responseBytes: UInt64
    /// Only statuses that there were, in the order of their numbers.
    package internal(set) var ended: [Ended]

    /// Calls under way.
    package var open: UInt64 { started &- ended.reduce(0) { $0 &+ $1.durations.count } }

    mutating func add(_ other: CallFigures) {
        started &+= other.started
        requestBytes &+= other.requestBytes
        responseBytes &+= other.responseBytes
        for each in other.ended {
            if let index = ended.firstIndex(where: { $0.code == each.code }) {
                ended[index].durations.add(each.durations)
                if ended[index].exemplars.isEmpty { ended[index].exemplars = each.exemplars }
            } else {
                ended.append(each)
            }
        }
        ended.sort { $0.code.rawValue < $1.code.rawValue }
    }

    /// One for each set of labels, sorted by them.
    static func merged(_ parts: [[CallFigures]]) -> [CallFigures] {
        var sums: [CallLabels: CallFigures] = [:]
        for figures in parts.joined() {
            if sums[figures.labels]?.add(figures) == nil { sums[figures.labels] = figures }
        }
        return sums.values.sorted { ($0.labels.sortKey) < ($1.labels.sortKey) }
    }
}

extension CallLabels {
    fileprivate var sortKey: (String, String, String, String) { (direction.rawValue, method, peer, route) }
}
