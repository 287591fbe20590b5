/// Which calls a node records spans of.
///
/// A call that says whether its caller records it is followed in that; of all others a share is drawn.
package struct TraceSampling: Sendable, Hashable {
    /// Share of the calls without a trace that begin one here, 0 to 1.
    package let ratio: Double

    /// Nil for a share that is none.
    package init?(ratio: Double) {
        guard ratio >= 0, ratio <= 1 else { return nil }
        self.ratio = ratio
    }

    /// 1 in 1,000: a node with a hundred calls a second shows one every ten seconds.
    package static let sparing = TraceSampling(share: 0.001)

    private init(share: Double) { ratio = share }
}
