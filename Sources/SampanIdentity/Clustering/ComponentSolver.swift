/// Joins the clusters of one component of the graph of candidates: the best pair first, each join weighed against everybody else whom
/// either
/// could be. What is joined is compared as a whole from then on, so nobody is chained to a twin by a record in the middle.
struct ComponentSolver {
    /// Why a pair was not linked though its weight would do for people to look at it.
    enum Doubt: String, Sendable {
        case weight = "WEIGHT_BELOW_LINK"
        case rule = "FIELDS_DO_NOT_SUFFICE"
        case rival = "ANOTHER_PERSON_FITS_AS_WELL"
        case conflict = "RECORDS_CONTRADICT"
    }

    struct Review: Sendable {
        let left: Int32
        let right: Int32
        let score: Double
        let doubt: Doubt
    }

    private struct Link {
        var comparison = Comparison()
        var score = -Double.infinity
        var conflict: MatchRules.Conflict?
        var isDone = false
    }

    private let scorer: MatchScorer
    private let thresholds: Thresholds
    private(set) var clusters: [ClusterProfile]
    private var isAlive: [Bool]
    private var links: [Link]
    private(set) var reviews: [Review] = []
    private(set) var focus: Int?

    init(_ clusters: [ClusterProfile], scorer: MatchScorer, thresholds: Thresholds) {
        self.scorer = scorer
        self.thresholds = thresholds
        self.clusters = clusters
        isAlive = [Bool](repeating: true, count: clusters.count)
        links = [Link](repeating: Link(), count: clusters.count * clusters.count)
        for left in clusters.indices {
            for right in clusters.indices where right > left { score(left, right) }
        }
    }

    /// The clusters that are left, joined as far as the records allow.
    var result: [ClusterProfile] { clusters.indices.filter { isAlive[$0] }.map { clusters[$0] } }

    /// - Parameter focus: the place of a cluster: nothing is joined that it is no part of. nil for no such cluster.
    mutating func solve(focus: Int? = nil) {
        self.focus = focus
        while let (left, right) = nextPair() {
            let link = links[place(left, right)]
            let doubt = doubt(link, left, right)
            guard let doubt else {
                join(left, right)
                continue
            }
            links[place(left, right)].isDone = true
            links[place(right, left)].isDone = true
            reviews.append(
                Review(left: clusters[left].members[0], right: clusters[right].members[0], score: link.score, doubt: doubt))
        }
    }

    private func place(_ left: Int, _ right: Int) -> Int { left * clusters.count + right }

    private mutating func score(_ left: Int, _ right: Int) {
        let best = scorer.best(clusters[left].faces, clusters[right].faces)
        var link = Link(comparison: best.comparison, score: best.score)
        link.conflict = MatchRules.conflict(clusters[left], clusters[right], best.comparison)
        links[place(left, right)] = link
        links[place(right, left)] = link
    }

    /// The pair with the highest weight that is still open.
    private func nextPair() -> (Int, Int)? {
        var best: (Int, Int)?
        var weight = thresholds.review
        for left in clusters.indices where isAlive[left] {
            for right in clusters.indices where right > left && isAlive[right] && (focus == nil || focus == left || focus == right) {
                let link = links[place(left, right)]
                guard !link.isDone, link.conflict == nil, link.score >= weight else { continue }
                weight = link.score
                best = (left, right)
            }
        }
        return best
    }

    private func doubt(_ link: Link, _ left: Int, _ right: Int) -> Doubt? {
        guard MatchRules.allowsLink(link.comparison) else { return .rule }
        if link.score < thresholds.link { return .weight }
        // Two numbers that are one settle it: no rival has the same number.
        if link.comparison.number == .same { return nil }
        return hasRival(left, right, link) || hasRival(right, left, link) ? .rival : nil
    }

    /// Whether `one` could nearly as well be somebody whom `other` cannot be.
    private func hasRival(_ one: Int, _ other: Int, _ link: Link) -> Bool {
        for third in clusters.indices where isAlive[third] && third != one && third != other {
            let rival = links[place(one, third)]
            guard rival.conflict == nil, rival.score > link.score - thresholds.margin, MatchRules.allowsLink(rival.comparison) else {
                continue
            }
            let between = links[place(other, third)]
            if between.conflict != nil || between.score < thresholds.review { return true }
        }
        return false
    }

    private mutating func join(_ left: Int, _ right: Int) {
        clusters[left].join(clusters[right])
        isAlive[right] = false
        if focus == right { focus = left }
        for third in clusters.indices where isAlive[third] && third != left { score(min(left, third), max(left, third)) }
    }
}
