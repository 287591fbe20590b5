/// Families as text: what Prometheus and everything like it reads.
package enum MetricText: Sendable, Hashable {
    /// Prometheus's text format 0.0.4: no units, no examples.
    case prometheus
    /// OpenMetrics 1.0.
    case openMetrics

    package var contentType: String {
        switch self {
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The text, line by line. Families keep their order; names and units are taken as they are.
    package func bytes(_ families: [MetricFamily]) -> [UInt8] {
        var text = MetricWriter(isOpenMetrics: self == .openMetrics)
        for family in families { text.write(family) }
        if self == .openMetrics { text.append("# EOF\n") }
        return text.bytes
    }
}
