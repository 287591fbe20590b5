#if canImport(Glibc)
internal import Glibc
#endif

/// Estimates the weights of a model from the records themselves, without knowing who is who (expectation maximisation).
///
/// u comes from pairs drawn at random, which are nearly all of two persons. m comes from two sessions: among pairs of one number (all
/// fields but
/// number and birth), and among pairs of one name and birth (number, phone, address). Within a session the fields are taken as independent.
struct ModelEstimator {
    /// How often each comparison was seen, by its code.
    typealias Counts = [Int: Int]

    private static let rounds = 60
    /// Sessions with fewer pairs estimate nothing.
    private static let pairsLeast = 500
    /// Every level keeps a little: what never happened in a sample is rare, not impossible.
    private static let floorOfM = 2e-4

    /// Sets u from random pairs. Levels rarer than the sample can show keep the start's order of size.
    static func estimateU(_ model: inout MatchModel, random: Counts) {
        for field in model.fields.indices {
            let shares = Self.shares(random, field: field)
            guard shares.total >= pairsLeast else { continue }
            for level in 1..<MatchModel.levelCounts[field] {
                let seen = Double(shares.counts[level])
                let start = model.fields[field].u[level]
                // Seldom levels: what was seen, and the start as if it had been seen ten times over its share.
                model.fields[field].u[level] = (seen + start * 1_000) / (Double(shares.total) + 1_000)
            }
        }
    }

    /// Sets m of `fields` from pairs that agree on something else.
    static func estimateM(_ model: inout MatchModel, pairs: Counts, fields: [Int]) {
        let total = pairs.values.reduce(0, +)
        guard total >= pairsLeast else { return }
        let patterns = pairs.compactMap { code, count in
            Comparison(code: code).map { (levels: MatchModel.levels($0), count: Double(count)) }
        }
        var lambda = 0.8
        var u = fields.map { model.fields[$0].u }
        for _ in 0..<rounds {
            var matched = fields.map { [Double](repeating: 0, count: MatchModel.levelCounts[$0]) }
            var unmatched = matched
            var matchedTotal = 0.0
            for pattern in patterns {
                var odds = log(lambda / (1 - lambda))
                for (place, field) in fields.enumerated() {
                    let level = pattern.levels[field]
                    if level > 0 { odds += log(max(model.fields[field].m[level], 1e-6) / max(u[place][level], 1e-9)) }
                }
                let probability = 1 / (1 + exp(-odds))
                matchedTotal += probability * pattern.count
                for (place, field) in fields.enumerated() {
                    matched[place][pattern.levels[field]] += probability * pattern.count
                    unmatched[place][pattern.levels[field]] += (1 - probability) * pattern.count
                }
            }
            lambda = min(0.999, max(0.001, matchedTotal / Double(total)))
            for (place, field) in fields.enumerated() {
                normalize(matched[place], into: &model.fields[field].m)
                // Two persons who share what the pairs were chosen by are no random pair: this session has a u of its own.
                normalize(unmatched[place], into: &u[place])
            }
        }
    }

    private static func normalize(_ counts: [Double], into shares: inout [Double]) {
        let total = counts.dropFirst().reduce(0, +)
        guard total > 0.5 else { return }
        for level in 1..<counts.count { shares[level] = max(counts[level] / total, floorOfM) }
    }

    private static func shares(_ counts: Counts, field: Int) -> (counts: [Int], total: Int) {
        var result = [Int](repeating: 0, count: MatchModel.levelCounts[field])
        for (code, count) in counts {
            guard let comparison = Comparison(code: code) else { continue }
            result[MatchModel.levels(comparison)[field]] += count
        }
        return (result, result.dropFirst().reduce(0, +))
    }
}
