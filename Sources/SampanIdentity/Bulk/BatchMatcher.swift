/// Matches many records at once, in memory: who is who among all of them. What it decides is the same as what records that come one by one
/// are decided by (`ComponentSolver`); only the candidates are found by sorting instead of by an index.
package struct BatchMatcher: Sendable {
    package struct Outcome: Sendable {
        /// For each record the first record (by place) of its person.
        package var person: [Int32]
        /// Pairs for people to look at.
        package var reviews: [Review]
        package var model: MatchModel
        package var frequencies: TermFrequencies
    }

    /// A pair that is left to people.
    package struct Review: Sendable {
        package let left: Int32
        package let right: Int32
        /// log2 of the odds, in hundredths.
        package let hundredths: Int64
        package let reason: String
    }

    /// A key that more records share than this says too little, and costs too much: the square of it.
    package static let groupMax = 48
    /// A component of more clusters is taken apart by its weaker pairs first: solving is quadratic.
    static let componentMax = 160
    /// Records whose frequencies and pairs the estimation looks at.
    static let sampleMax = 400_000

    let thresholds: Thresholds
    /// Pieces of work at a time.
    let lanes: Int
    /// Told after each step: its name, and how much of all is done, 0 to 100.
    let progress: @Sendable (String, Int) -> Void

    package init(thresholds: Thresholds = .standard, lanes: Int = 4, progress: @escaping @Sendable (String, Int) -> Void = { _, _ in }) {
        self.thresholds = thresholds
        self.lanes = lanes
        self.progress = progress
    }

    /// - Parameter model: nil estimates one from the records.
    package func match(_ people: [PersonFeatures], model known: MatchModel? = nil) async -> Outcome {
        progress("frequencies", 5)
        let frequencies = await Self.frequencies(people, lanes)
        progress("keys", 15)
        let table = await KeyTable(people, lanes: lanes)
        progress("estimation", 30)
        let model = known ?? table.estimate(people)
        let scorer = MatchScorer(model: model, frequencies: frequencies)
        progress("numbers", 40)
        var sets = UnionFind(count: people.count)
        await table.joinSameNumbers(people, &sets, lanes: lanes)
        progress("candidates", 50)
        let seeds = Self.profiles(people, &sets)
        let candidates = await table.candidates(representatives: seeds.place, lanes: lanes)
        progress("weights", 60)
        let (people, reviews) = await joinComponents(seeds.clusters, candidates, scorer, count: people.count)
        progress("done", 100)
        return Outcome(person: people, reviews: reviews, model: model, frequencies: frequencies)
    }

    /// Only what the records are weighed by.
    package func scorer(_ people: [PersonFeatures]) async -> MatchScorer {
        let table = await KeyTable(people, lanes: lanes)
        return MatchScorer(model: table.estimate(people), frequencies: await Self.frequencies(people, lanes))
    }

    private static func frequencies(_ people: [PersonFeatures], _ lanes: Int) async -> TermFrequencies {
        let step = max(1, people.count / sampleMax)
        var result = TermFrequencies()
        for index in stride(from: 0, to: people.count, by: step) { result.add(people[index]) }
        return result
    }

    /// The clusters of the sets, and for each record the place of its cluster.
    private static func profiles(_ people: [PersonFeatures], _ sets: inout UnionFind) -> (clusters: [ClusterProfile], place: [Int32]) {
        var place = [Int32](repeating: -1, count: people.count)
        var clusters: [ClusterProfile] = []
        for index in people.indices {
            let root = Int(sets.find(Int32(truncatingIfNeeded: index)))
            let profile = ClusterProfile(Int32(truncatingIfNeeded: index), people[index])
            if place[root] < 0 {
                place[root] = Int32(truncatingIfNeeded: clusters.count)
                clusters.append(profile)
            } else if root != index {
                clusters[Int(place[root])].join(profile)
            }
            place[index] = place[root]
        }
        return (clusters, place)
    }

    private func joinComponents(
        _ clusters: [ClusterProfile], _ candidates: [UInt64], _ scorer: MatchScorer, count: Int
    ) async -> (person: [Int32], reviews: [Review]) {
        let thresholds = thresholds
        let floor = thresholds.review
        let edges = await Parallel.map(candidates.count, pieces: lanes * 8) { range in
            range.compactMap { index -> Edge? in
                let (left, right) = (
                    Int32(truncatingIfNeeded: candidates[index] >> 32), Int32(truncatingIfNeeded: candidates[index] & 0xFFFF_FFFF)
                )
                let score = scorer.best(clusters[Int(left)].faces, clusters[Int(right)].faces).score
                return score >= floor ? Edge(left: left, right: right, score: Float(score)) : nil
            }
        }.flatMap { $0 }
        progress("clusters", 80)
        let components = Self.components(edges, count: clusters.count, floor: Float(floor))
        let solved = await Parallel.map(components.count, pieces: lanes * 8) { range in
            range.map { index -> ([[Int32]], [Review]) in
                var solver = ComponentSolver(components[index].map { clusters[Int($0)] }, scorer: scorer, thresholds: thresholds)
                solver.solve()
                let reviews = solver.reviews.map {
                    Review(left: $0.left, right: $0.right, hundredths: Int64(($0.score * 100).rounded()), reason: $0.doubt.rawValue)
                }
                return (solver.result.map(\.members), reviews)
            }
        }.flatMap { $0 }
        var person = [Int32](repeating: 0, count: count)
        func assign(_ members: [Int32]) {
            let first = members.min() ?? 0
            for member in members { person[Int(member)] = first }
        }
        for cluster in clusters { assign(cluster.members) }
        for (groups, _) in solved { groups.forEach(assign) }
        return (person, solved.flatMap(\.1))
    }

    struct Edge: Sendable {
        let left: Int32
        let right: Int32
        let score: Float
    }

    /// Clusters that hang together by pairs above the floor; a larger one is taken apart by a higher floor.
    static func components(_ edges: [Edge], count: Int, floor: Float) -> [[Int32]] {
        var sets = UnionFind(count: count)
        for edge in edges { sets.join(edge.left, edge.right) }
        var members: [Int32: [Int32]] = [:]
        var touched = Set<Int32>()
        for edge in edges {
            for cluster in [edge.left, edge.right] where touched.insert(cluster).inserted {
                members[sets.find(cluster), default: []].append(cluster)
            }
        }
        var result: [[Int32]] = []
        var tooLarge = Set<Int32>()
        for root in members.keys.sorted() {
            guard let group = members[root] else { continue }
            if group.count <= componentMax { result.append(group) } else { tooLarge.insert(root) }
        }
        guard !tooLarge.isEmpty else { return result }
        let rest = edges.filter { tooLarge.contains(sets.find($0.left)) && $0.score > floor + 2 }
        return result + components(rest, count: count, floor: floor + 2)
    }
}
