internal import SampanMetrics
internal import SampanRPC
internal import SampanTransport

/// What calls came to, as families: rate, errors and duration.
enum CallFamilies {
    static func families(_ figures: [CallFigures]) -> [MetricFamily] {
        let labelled = figures.map { (figures: $0, labels: labels($0.labels)) }
        let carried = labelled.filter { $0.figures.labels.direction != .called }
        return [
            MetricFamily(
                "sampan_calls_started", .counter, help: "Calls that began, by this node's part in them.",
                labelled.map { MetricSample($0.labels, .count($0.figures.started)) }),
            MetricFamily(
                "sampan_calls_open", .gauge, help: "Calls under way.",
                labelled.map { MetricSample($0.labels, .integer(Int64(clamping: $0.figures.open))) }),
            MetricFamily(
                "sampan_call_duration_seconds", .histogram, unit: "seconds",
                help: "Time from the head of a call to its status, by status; to the end of the turn of the loop that answers it.",
                labelled.flatMap { each in
                    each.figures.ended.map { ended in
                        MetricSample(each.labels + [.init("code", ended.code.description)], .histogram(histogram(ended)))
                    }
                }),
            MetricFamily(
                "sampan_call_request_bytes", .counter, unit: "bytes", help: "Bytes of the requests of calls that came in, as received.",
                carried.map { MetricSample($0.labels, .count($0.figures.requestBytes)) }),
            MetricFamily(
                "sampan_call_response_bytes", .counter, unit: "bytes", help: "Bytes of the answers to them, before compression here.",
                carried.map { MetricSample($0.labels, .count($0.figures.responseBytes)) }),
        ]
    }

    private static func labels(_ labels: CallLabels) -> [MetricSample.Label] {
        [
            .init("direction", labels.direction.rawValue), .init("method", labels.method), .init("peer", labels.peer),
            .init("route", labels.route),
        ]
    }

    private static func histogram(_ ended: CallFigures.Ended) -> MetricHistogram {
        let exemplars = ended.exemplars.map { exemplar -> MetricHistogram.Exemplar? in
            guard let exemplar else { return nil }
            return MetricHistogram.Exemplar(traceID: exemplar.trace.description, value: seconds(exemplar.nanoseconds))
        }
        return histogram(ended.durations, exemplars)
    }

    static func histogram(_ durations: DurationHistogram, _ exemplars: [MetricHistogram.Exemplar?] = []) -> MetricHistogram {
        MetricHistogram(
            bounds: bounds, counts: durations.counts.indices.map { durations.counts[$0] }, sum: Double(durations.sum) / 1e9,
            exemplars: exemplars)
    }

    private static let bounds = (0..<DurationHistogram.boundCount).map { Double(DurationHistogram.bound($0)) / 1e9 }

    static func seconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds) / 1e9 }
}
