/// Where the answers part, in log2 of odds.
package struct Thresholds: Sendable, Hashable {
    /// From here on records are linked, if no rule stands against it.
    package var link: Double
    /// From here on people look at the pair.
    package var review: Double
    /// By how much a link must be better than the next one to somebody else.
    package var margin: Double

    package init(link: Double, review: Double, margin: Double) {
        self.link = link
        self.review = review
        self.margin = margin
    }

    package static let standard = Thresholds(link: 6, review: 0, margin: 7)
}
