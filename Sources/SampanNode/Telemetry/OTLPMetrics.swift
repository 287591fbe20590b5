internal import SampanAPI
internal import SampanMetrics
internal import SampanRPC

/// Metrics as OTLP has them: what grows is told as it stands since the start of the process (cumulative).
struct OTLPMetrics {
    /// Unix time in nanoseconds.
    let start: UInt64
    let now: UInt64

    func request(
        _ families: [MetricFamily], of identity: PeerIdentity
    ) -> OpentelemetryProtoCollectorMetricsV1.ExportMetricsServiceRequest {
        let scope = OpentelemetryProtoMetricsV1.ScopeMetrics(scope: OTLPAttributes.scope, metrics: families.map(metric))
        return OpentelemetryProtoCollectorMetricsV1.ExportMetricsServiceRequest(resourceMetrics: [
            OpentelemetryProtoMetricsV1.ResourceMetrics(resource: OTLPAttributes.resource(identity), scopeMetrics: [scope])
        ])
    }

    func metric(_ family: MetricFamily) -> OpentelemetryProtoMetricsV1.Metric {
        var metric = OpentelemetryProtoMetricsV1.Metric(name: family.name, description: family.help, unit: Self.unit(family.unit))
        switch family.kind {
        case .counter:
            metric.data = .sum(
                .init(dataPoints: family.samples.compactMap(number), aggregationTemporality: .cumulative, isMonotonic: true))
        case .gauge: metric.data = .gauge(.init(dataPoints: family.samples.compactMap(number)))
        case .histogram:
            metric.data = .histogram(.init(dataPoints: family.samples.compactMap(histogram), aggregationTemporality: .cumulative))
        }
        return metric
    }

    private func number(_ sample: MetricSample) -> OpentelemetryProtoMetricsV1.NumberDataPoint? {
        var point = OpentelemetryProtoMetricsV1.NumberDataPoint(
            attributes: attributes(sample), startTimeUnixNano: start, timeUnixNano: now)
        switch sample.value {
        case .integer(let value): point.value = .asInt(value)
        case .count(let value): point.value = .asInt(Int64(clamping: value))
        case .number(let value): point.value = .asDouble(value)
        case .histogram: return nil
        }
        return point
    }

    private func histogram(_ sample: MetricSample) -> OpentelemetryProtoMetricsV1.HistogramDataPoint? {
        guard case .histogram(let histogram) = sample.value else { return nil }
        return OpentelemetryProtoMetricsV1.HistogramDataPoint(
            attributes: attributes(sample), startTimeUnixNano: start, timeUnixNano: now, count: histogram.counts.reduce(0, &+),
            sum: histogram.sum, bucketCounts: histogram.counts, explicitBounds: histogram.bounds)
    }

    private func attributes(_ sample: MetricSample) -> [OTLPAttributes.KeyValue] {
        sample.labels.map { OTLPAttributes.text($0.name, $0.value) }
    }

    /// UCUM's word for a base unit.
    private static func unit(_ unit: String) -> String {
        switch unit {
        case "seconds": "s"
        case "bytes": "By"
        default: unit.isEmpty ? "1" : unit
        }
    }
}
