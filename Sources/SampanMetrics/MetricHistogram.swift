/// How many values there were up to each of some bounds.
package struct MetricHistogram: Sendable, Hashable {
    /// One value as an example of its bucket.
    package struct Exemplar: Sendable, Hashable {
        /// 32 hexadecimal digits.
        package let traceID: String
        package let value: Double

        package init(traceID: String, value: Double) { (self.traceID, self.value) = (traceID, value) }
    }

    /// Upper bounds, ascending; the bucket of everything above the last has none.
    package let bounds: [Double]
    /// How many are in each bucket itself: one more than there are bounds.
    package let counts: [UInt64]
    package let sum: Double
    /// One for each bucket, or none at all.
    package let exemplars: [Exemplar?]

    package init(bounds: [Double], counts: [UInt64], sum: Double, exemplars: [Exemplar?] = []) {
        (self.bounds, self.counts, self.sum, self.exemplars) = (bounds, counts, sum, exemplars)
    }
}
