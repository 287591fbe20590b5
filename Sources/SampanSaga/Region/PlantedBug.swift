/// A defect that the search has to find: each is one that systems of this kind have had.
package enum PlantedBug: String, Sendable, CaseIterable {
    /// The inbox mark is a transaction of its own, after that of the effect.
    case inboxApart = "inbox-apart"
    /// A HIS that did not answer is taken for one that refused.
    case silenceIsRefusal = "silence-is-refusal"
    /// Every attempt of a refund has a number of its own.
    case freshRefundNumbers = "fresh-refund-numbers"
    /// The inside answers before its commit is on disk: what it did last is lost when its machine loses power.
    case answerBeforeCommit = "answer-before-commit"
}
