import SampanIdentity

/// What a bulk load came to.
struct LoadReport {
    private struct Answer: Encodable {
        let rows: Int
        let badRows: Int
        let badLines: [Int]
        let persons: Int
        let linkedRows: Int
        let reviews: Int
        let matchMilliseconds: Int64
        let matchRowsPerSecond: Int64
        let indexMilliseconds: Int64?
    }

    private let rows: Int
    private let faults: [ResidentTable.Fault]
    private let persons: Int
    private let reviews: Int
    private let milliseconds: Int64
    /// Enterprise ids in the order in which persons first come.
    private let ids: [Int32: Int]

    init(_ table: ResidentTable, _ outcome: BatchMatcher.Outcome, matched: Duration) {
        var ids: [Int32: Int] = [:]
        for root in outcome.person where ids[root] == nil { ids[root] = ids.count + 1 }
        self.ids = ids
        rows = table.count
        faults = table.faults
        persons = ids.count
        reviews = outcome.reviews.count
        milliseconds = Self.milliseconds(matched)
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
    }

    func clusters(_ table: ResidentTable, _ outcome: BatchMatcher.Outcome) -> String {
        var text = "rec_id,enterprise_id\n"
        for index in 0..<table.count { text += "\(Self.cell(table.row(index)[0])),\(ids[outcome.person[index]] ?? 0)\n" }
        return text
    }

    func reviewList(_ table: ResidentTable, _ outcome: BatchMatcher.Outcome) -> String {
        var text = "rec_id,other_rec_id,weight_hundredths,reason\n"
        for review in outcome.reviews {
            let (left, right) = (table.row(Int(review.left))[0], table.row(Int(review.right))[0])
            text += "\(Self.cell(left)),\(Self.cell(right)),\(review.hundredths),\(review.reason)\n"
        }
        return text
    }

    private static func cell(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" || $0 == "\r\n" }) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }

    func text(json: Bool, written: Duration?) throws -> String {
        let perSecond = milliseconds > 0 ? Int64(rows) * 1_000 / milliseconds : 0
        if json {
            return try JSONText.of(
                Answer(
                    rows: rows, badRows: faults.count, badLines: faults.map(\.line), persons: persons, linkedRows: rows - persons,
                    reviews: reviews, matchMilliseconds: milliseconds, matchRowsPerSecond: perSecond,
                    indexMilliseconds: written.map(Self.milliseconds)))
        }
        var lines = ["\(rows) rows, \(persons) persons, \(reviews) pairs for review, \(faults.count) rows that cannot be used"]
        lines.append("matched in \(milliseconds) ms, \(perSecond) rows/s")
        if let written { lines.append("index written in \(Self.milliseconds(written)) ms") }
        return lines.joined(separator: "\n")
    }
}
