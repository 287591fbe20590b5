/// All blocking keys of a batch, sorted in parts.
struct KeyTable: Sendable {
    private struct Entry: Sendable {
        let key: UInt64
        let record: Int32
    }

    private static let partCount = 32

    /// Sorted by key, then record. A key's part follows from the key.
    private let parts: [[Entry]]

    init(_ people: [PersonFeatures], lanes: Int) async {
        let cut = await Parallel.map(people.count, pieces: lanes) { range in
            var parts = [[Entry]](repeating: [], count: Self.partCount)
            for part in parts.indices { parts[part].reserveCapacity(range.count * 10 / Self.partCount) }
            for index in range {
                BlockingKeys.visit(people[index]) { key in
                    parts[Int(key >> 59)].append(Entry(key: key, record: Int32(truncatingIfNeeded: index)))
                }
            }
            return parts
        }
        parts = await Parallel.map(Self.partCount, pieces: Self.partCount) { range in
            var part = cut.flatMap { $0[range.lowerBound] }
            part.sort { $0.key != $1.key ? $0.key < $1.key : $0.record < $1.record }
            return part
        }
    }

    /// Hands the records of each key that two and more share to `body`.
    private func visitGroups(_ part: Int, _ isWanted: (BlockingKeys.Kind) -> Bool, _ body: (BlockingKeys.Kind, ArraySlice<Entry>) -> Void) {
        let entries = parts[part]
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count, entries[end].key == entries[start].key { end += 1 }
            if end - start > 1, let kind = BlockingKeys.kind(entries[start].key), isWanted(kind) { body(kind, entries[start..<end]) }
            start = end
        }
    }

    /// Joins records of one right number, if the rest lets them be one person.
    func joinSameNumbers(_ people: [PersonFeatures], _ sets: inout UnionFind, lanes: Int) async {
        let pairs = await Parallel.map(Self.partCount, pieces: Self.partCount) { range in
            var pairs: [(Int32, Int32)] = []
            for part in range {
                visitGroups(part, { $0 == .number }) { _, group in
                    let own = group.filter { people[Int($0.record)].number.kind == .own || people[Int($0.record)].number.kind == .paper }
                    guard own.count > 1, own.count <= BatchMatcher.groupMax else { return }
                    for (offset, left) in own.enumerated() {
                        for right in own.dropFirst(offset + 1) {
                            let comparison = Comparison(people[Int(left.record)], people[Int(right.record)])
                            if comparison.number == .same, MatchRules.allowsLink(comparison) {
                                pairs.append((left.record, right.record))
                            }
                        }
                    }
                }
            }
            return pairs
        }
        for (left, right) in pairs.joined() { sets.join(left, right) }
    }

    /// Pairs of clusters that share a key, each once: the smaller number in the upper half.
    func candidates(representatives: [Int32], lanes: Int) async -> [UInt64] {
        let found = await Parallel.map(Self.partCount, pieces: Self.partCount) { range in
            var pairs: [UInt64] = []
            for part in range {
                visitGroups(part, { _ in true }) { _, group in
                    var clusters = group.map { representatives[Int($0.record)] }
                    clusters.sort()
                    var distinct: [Int32] = []
                    for cluster in clusters where distinct.last != cluster { distinct.append(cluster) }
                    guard distinct.count > 1, distinct.count <= BatchMatcher.groupMax else { return }
                    for (offset, left) in distinct.enumerated() {
                        for right in distinct.dropFirst(offset + 1) {
                            pairs.append(UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right)))
                        }
                    }
                }
            }
            pairs.sort()
            return pairs
        }
        var all = Array(found.joined())
        all.sort()
        var distinct: [UInt64] = []
        distinct.reserveCapacity(all.count)
        for pair in all where distinct.last != pair { distinct.append(pair) }
        return distinct
    }

    // MARK: Estimation

    /// A model of these records: u from random pairs, m from pairs of one number, and of one name and telephone.
    func estimate(_ people: [PersonFeatures]) -> MatchModel {
        var model = MatchModel.initial
        guard people.count > 1 else { return model }
        var random = Draws(seed: 0x5341_4D50_414E)
        var counts: ModelEstimator.Counts = [:]
        for _ in 0..<min(400_000, people.count * 20) {
            let (left, right) = (random.below(people.count), random.below(people.count))
            if left != right { counts[Comparison(people[left], people[right]).code, default: 0] += 1 }
        }
        ModelEstimator.estimateU(&model, random: counts)
        ModelEstimator.estimateM(
            &model, pairs: comparisons(people, .number),
            fields: [MatchModel.name, MatchModel.sex, MatchModel.phone, MatchModel.address, MatchModel.guardian])
        ModelEstimator.estimateM(&model, pairs: comparisons(people, .soundAndPhone), fields: [MatchModel.number, MatchModel.birth])
        model.prior = Self.prior(people.count)
        return model
    }

    /// log2 of the odds of a random pair: every person has about two records, so that one of `count / 2` others is the same.
    static func prior(_ count: Int) -> Double {
        var bits = 0.0
        var rest = Double(max(count, 2_000)) / 2
        while rest >= 2 {
            rest /= 2
            bits += 1
        }
        return -(bits + (rest - 1))
    }

    private func comparisons(_ people: [PersonFeatures], _ wanted: BlockingKeys.Kind) -> ModelEstimator.Counts {
        var counts: ModelEstimator.Counts = [:]
        var taken = 0
        for part in parts.indices where taken < BatchMatcher.sampleMax {
            visitGroups(part, { $0 == wanted }) { _, group in
                guard group.count <= BatchMatcher.groupMax else { return }
                for (offset, left) in group.enumerated() {
                    for right in group.dropFirst(offset + 1) {
                        let comparison = Comparison(people[Int(left.record)], people[Int(right.record)])
                        // A mistyped number says nothing of the rest, and a right one that does not fit is somebody else's.
                        if wanted == .number, comparison.number != .same { continue }
                        counts[comparison.code, default: 0] += 1
                        taken += 1
                    }
                }
            }
        }
        return counts
    }
}

/// Numbers that look drawn (splitmix64), the same for the same seed.
struct Draws {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }
}
