/// What is known of one thing that is measured, at a moment (OpenMetrics 1.0, MetricFamily).
package struct MetricFamily: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// Only grows; from zero at the start of the process.
        case counter
        /// Goes up and down.
        case gauge
        case histogram
    }

    /// Of `a-z`, `0-9` and `_`, without the `_total` of a counter; ends with the unit, where there is one.
    package let name: String
    package let kind: Kind
    /// A base unit such as `seconds` or `bytes`; empty for a number of things.
    package let unit: String
    /// One line for people.
    package let help: String
    package var samples: [MetricSample]

    package init(_ name: String, _ kind: Kind, unit: String = "", help: String, _ samples: [MetricSample] = []) {
        (self.name, self.kind, self.unit, self.help, self.samples) = (name, kind, unit, help, samples)
    }
}
