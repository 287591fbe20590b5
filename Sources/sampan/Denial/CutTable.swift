import SampanAPI

/// What a denial cut at each node, or would cut.
struct CutTable {
    let cuts: [TrustV1.CutReport]
    let isDryRun: Bool

    private struct Row: Codable {
        let node: String
        let connections: UInt32
        let streams: UInt32
        /// Milliseconds from the signing of the epoch to the node's acknowledgement; nil for a node that has not answered, and in a dry
        /// run.
        let milliseconds: Int64?
    }

    private struct Answer: Codable {
        let dryRun: Bool
        let epoch: UInt64
        let requestID: String
        let cuts: [Row]
        /// Nodes that have not answered.
        let silent: [String]
        let lastCutMilliseconds: Int64?
    }

    /// SPIFFE names of those that have not answered; of a dry run nobody can tell.
    var silent: [String] { isDryRun ? [] : cuts.filter { $0.took?.duration == nil }.map(\.node) }

    private var last: TrustV1.CutReport? {
        cuts.filter { $0.took?.duration != nil }.max { ($0.took?.duration ?? .zero) < ($1.took?.duration ?? .zero) }
    }

    /// The table, and the last cut as the last line.
    var text: String {
        let head = ["node", "connections", "streams"] + (isDryRun ? [] : ["ms"])
        let rows = cuts.map { cut in
            [NodeName.short(cut.node), "\(cut.connections)", "\(cut.streams)"]
                + (isDryRun ? [] : [Moment.milliseconds(cut.took).map { "\($0)" } ?? "no answer"])
        }
        return TextTable(head, rows).text + "\n" + summary
    }

    private var summary: String {
        let (connections, streams) = (cuts.reduce(0) { $0 + UInt64($1.connections) }, cuts.reduce(0) { $0 + UInt64($1.streams) })
        if isDryRun {
            return "dry run: would cut \(connections) connections and \(streams) streams at \(cuts.count) nodes; nothing has changed"
        }
        if cuts.isEmpty { return "nothing was cut: no node follows the authority now" }
        guard let last, let milliseconds = Moment.milliseconds(last.took) else { return "no node has answered" }
        return "last cut after \(milliseconds) ms at \(NodeName.short(last.node))"
    }

    func json(epoch: UInt64, requestID: String) throws -> String {
        let rows = cuts.map {
            Row(node: $0.node, connections: $0.connections, streams: $0.streams, milliseconds: Moment.milliseconds($0.took))
        }
        return try JSONText.of(
            Answer(
                dryRun: isDryRun, epoch: epoch, requestID: requestID, cuts: rows, silent: silent,
                lastCutMilliseconds: isDryRun ? nil : Moment.milliseconds(last?.took)))
    }
}
