/// One value of a family, and by what it differs from its others.
package struct MetricSample: Sendable, Hashable {
    package struct Label: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    package enum Value: Sendable, Hashable {
        case integer(Int64)
        /// What only grows may become larger than an `Int64` holds.
        case count(UInt64)
        case number(Double)
        case histogram(MetricHistogram)
    }

    package let labels: [Label]
    package let value: Value

    package init(_ labels: [Label] = [], _ value: Value) { (self.labels, self.value) = (labels, value) }
}
