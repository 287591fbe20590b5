internal import SampanRPC

/// The series of one loop: every server and channel on it counts its calls here, by plain additions on the loop's own thread.
///
/// Bounded: 1,024 sets of labels. One more is counted under the peer `other`, and where even those are too many, as `other` throughout.
/// Loop-confined.
@safe final class CallMetrics {
    private var series: [CallLabels: CallSeries] = [:]
    /// Tallies with calls whose time ends with this turn.
    @exclusivity(unchecked) private var ending: [CallTally] = []
    @exclusivity(unchecked) private var endingSeries: [CallSeries] = []
    /// Paths of other nodes' methods that have answered OK: only these are named, since callers can make up any other.
    private var answered: Set<String> = []
    private let limit: Int

    /// 1,024: a few dozen methods of the neighbours of a node; each is some 400 bytes here and 5 KiB of text.
    static let seriesLimit = 1_024
    private static let answeredLimit = 1_024

    /// - Parameter limit: how many sets of labels there may be, those of `other` not counted.
    init(limit: Int = CallMetrics.seriesLimit) { self.limit = limit }

    /// Where calls with these labels are counted.
    func series(_ labels: CallLabels) -> CallSeries {
        if let known = series[labels] { return known }
        if series.count < limit { return make(labels) }
        let crowd = CallLabels(labels.direction, method: labels.method, peer: CallLabels.other)
        if let known = series[crowd] { return known }
        // Registered methods are few; those of other nodes may be many.
        if series.count < 2 * limit { return make(crowd) }
        let rest = CallLabels(labels.direction, method: CallLabels.other, peer: CallLabels.other)
        return series[rest] ?? make(rest)
    }

    private func make(_ labels: CallLabels) -> CallSeries {
        let new = CallSeries(labels, self)
        series[labels] = new
        return new
    }

    // MARK: Methods of other nodes

    /// The method of a relayed call as it is named here.
    func name(ofRelayed method: MethodDescriptor) -> String {
        answered.contains(method.path) ? method.label : method.service + "/*"
    }

    /// Another node has answered a call of this method with OK, so it is one. True when that is news.
    func noteAnswer(of method: MethodDescriptor) -> Bool {
        answered.count < Self.answeredLimit && answered.insert(method.path).inserted
    }

    // MARK: Turns

    func endsWithTurn(_ tally: CallTally) { unsafe ending.append(tally) }

    func endsWithTurn(_ series: CallSeries) { unsafe endingSeries.append(series) }

    /// The turn took so long: so did the calls that began and ended in it.
    func endTurn(after nanoseconds: Int64) {
        if unsafe !endingSeries.isEmpty {
            for series in unsafe endingSeries { series.endTurn(after: nanoseconds) }
            unsafe endingSeries.removeAll(keepingCapacity: true)
        }
        guard unsafe !ending.isEmpty else { return }
        for tally in unsafe ending { tally.endTurn(after: nanoseconds) }
        unsafe ending.removeAll(keepingCapacity: true)
    }

    var figures: [CallFigures] { series.values.map(\.figures) }
}

extension MethodDescriptor {
    /// Without the slash in front.
    var label: String { "\(service)/\(name)" }
}
