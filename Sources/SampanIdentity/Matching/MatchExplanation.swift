/// Why two records are taken for one person or not: each field with its weight, and the rules that stand for or against it.
package struct MatchExplanation: Sendable, Hashable {
    package enum Answer: String, Sendable { case link, review, none }

    package let answer: Answer
    /// log2 of the odds that they are of one person, in hundredths: the prior and all fields.
    package let hundredths: Int64
    /// log2 of the odds of two records drawn at random, in hundredths.
    package let priorHundredths: Int64
    package let fields: [FieldWeight]
    /// The rule that forbids the link, such as `TWO_CITIZEN_NUMBERS`; empty without one.
    package let conflict: String

    package init(_ left: PersonFeatures, _ right: PersonFeatures, _ scorer: MatchScorer, _ thresholds: Thresholds) {
        let best = scorer.best([left], [right])
        let conflict = MatchRules.conflict(ClusterProfile(0, left), ClusterProfile(1, right), best.comparison)
        fields = FieldWeight.list(best.comparison, best.weights)
        hundredths = Int64((best.score * 100).rounded())
        priorHundredths = Int64((scorer.model.prior * 100).rounded())
        self.conflict = conflict?.rawValue ?? ""
        if conflict != nil || best.score < thresholds.review {
            answer = .none
        } else {
            answer = best.score >= thresholds.link && MatchRules.allowsLink(best.comparison) ? .link : .review
        }
    }
}
