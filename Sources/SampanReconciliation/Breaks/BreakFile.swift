internal import SampanDomain

/// Collects breaks in whatever order they come and writes breaks.csv sorted. A day on which everything is wrong needs no more memory than
/// others: sorted runs go to scratch files.
struct BreakFile {
    static let header = "type,out_trade_no,out_refund_no,org,channel,amount_fen,action"
    /// Breaks kept in memory: about 5 MiB.
    private static let runLength = 20_000

    private let neighbour: String
    private var collected: [Break] = []
    private var runs: [ScratchFile] = []
    /// How many of each type, and what they come to.
    private(set) var sums: [BreakType: (count: Int, amount: Sum)] = [:]

    /// - Parameter neighbour: the file that will be written; runs lie beside it.
    init(beside neighbour: String) { self.neighbour = neighbour }

    mutating func add(_ found: Break) throws(ReconciliationError) {
        sums[found.type, default: (0, Sum())].count += 1
        sums[found.type, default: (0, Sum())].amount.add(found.amount)
        collected.append(found)
        if collected.count == Self.runLength { try spill() }
    }

    /// Writes all of it under a name of its own, then puts it in the place of `neighbour` (0600).
    mutating func write() throws(ReconciliationError) {
        let file = try OpenFile.made(beside: neighbour)
        do throws(ReconciliationError) {
            try write(to: file)
            try file.rename(to: neighbour)
        } catch {
            file.unlinked()
            throw error
        }
    }

    private mutating func write(to file: OpenFile) throws(ReconciliationError) {
        collected.sort()
        var heads: [BreakRun] = [BreakRun(breaks: collected)]
        for run in runs { heads.append(try BreakRun(run)) }
        var bytes = Array("\(Self.header)\n".utf8)
        while let least = heads.indices.filter({ heads[$0].head != nil }).min(by: { Self.precedes(heads[$0].head, heads[$1].head) }) {
            if let found = heads[least].head { bytes.append(contentsOf: found.csvLine.utf8) }
            try heads[least].advance()
            if bytes.count > 64 * 1_024 {
                try file.write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try file.write(bytes)
    }

    private static func precedes(_ left: Break?, _ right: Break?) -> Bool {
        guard let left, let right else { return left != nil }
        return left < right
    }

    private mutating func spill() throws(ReconciliationError) {
        collected.sort()
        var run = ScratchFile(beside: neighbour, bufferBytes: 64 * 1_024)
        for found in collected {
            let line = Array(found.csvLine.utf8)
            try run.append(atMost: line.count) { bytes, start in
                for (offset, byte) in line.enumerated() { bytes[start + offset] = byte }
                return start + line.count
            }
        }
        try run.flush()
        runs.append(run)
        collected.removeAll(keepingCapacity: true)
    }
}
