/// Writes families as text, in one of the two formats.
struct MetricWriter {
    private(set) var bytes: [UInt8] = []
    private let isOpenMetrics: Bool

    init(isOpenMetrics: Bool) { self.isOpenMetrics = isOpenMetrics }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func write(_ family: MetricFamily) {
        let sampleName = family.kind == .counter ? "\(family.name)_total" : family.name
        // Prometheus calls a counter by the name of its samples, OpenMetrics by that of its family.
        let name = isOpenMetrics ? family.name : sampleName
        append("# TYPE \(name) \(family.kind.rawValue)\n")
        if isOpenMetrics, !family.unit.isEmpty { append("# UNIT \(name) \(family.unit)\n") }
        append("# HELP \(name) \(escaped(family.help, quotes: isOpenMetrics))\n")
        for sample in family.samples {
            let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
            switch sample.value {
            case .integer(let value): line(sampleName, labels, "\(value)")
            case .count(let value): line(sampleName, labels, "\(value)")
            case .number(let value): line(sampleName, labels, Self.text(value))
            case .histogram(let histogram): write(histogram, family.name, labels)
            }
        }
    }

    private mutating func write(_ histogram: MetricHistogram, _ name: String, _ labels: String) {
        let before = labels.isEmpty ? "" : labels + ","
        var total: UInt64 = 0
        for (index, count) in histogram.counts.enumerated() {
            total &+= count
            let bound = index < histogram.bounds.count ? Self.text(histogram.bounds[index]) : "+Inf"
            line("\(name)_bucket", "\(before)le=\"\(bound)\"", "\(total)\(exemplar(of: histogram, index))")
        }
        line("\(name)_sum", labels, Self.text(histogram.sum))
        line("\(name)_count", labels, "\(total)")
    }

    private func exemplar(of histogram: MetricHistogram, _ index: Int) -> String {
        guard isOpenMetrics, index < histogram.exemplars.count, let exemplar = histogram.exemplars[index] else { return "" }
        return " # {trace_id=\"\(exemplar.traceID)\"} \(Self.text(exemplar.value))"
    }

    private mutating func line(_ name: String, _ labels: String, _ value: String) {
        append(name)
        if !labels.isEmpty { append("{\(labels)}") }
        append(" \(value)\n")
    }

    /// A line stays one, and a text ends where it ends.
    private func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\"") }) else {
            return text
        }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return "\(value)"
    }
}
