import Testing

@testable import SampanMetrics

@Suite("Metrics as text")
struct MetricTextTests {
    private static let counter = MetricFamily(
        "sampan_calls_started", .counter, help: "Calls that \"began\".\nAll of \\ them.",
        [
            MetricSample([.init("method", "a.B/C"), .init("peer", "县医院\"\\\n")], .count(.max)),
            MetricSample([], .integer(-1)),
        ])
    private static let gauge = MetricFamily(
        "sampan_skew_seconds", .gauge, unit: "seconds", help: "Skew.",
        [
            MetricSample([], .number(-0.5)), MetricSample([.init("a", "1")], .number(.nan)),
            MetricSample([.init("a", "2")], .number(.infinity)),
            MetricSample([.init("a", "3")], .number(-.infinity)), MetricSample([.init("a", "4")], .number(0.00005)),
        ])
    private static let histogram = MetricFamily(
        "sampan_call_duration_seconds", .histogram, unit: "seconds", help: "Time.",
        [
            MetricSample(
                [.init("code", "OK")],
                .histogram(
                    MetricHistogram(
                        bounds: [0.00005, 1], counts: [2, 0, 1], sum: 3.5,
                        exemplars: [nil, .init(traceID: "ab", value: 0.5), nil]))),
            MetricSample([], .histogram(MetricHistogram(bounds: [1], counts: [0, 0], sum: 0))),
        ])

    @Test("Prometheus's text: the name of a counter is that of its samples; no units, no examples")
    func prometheus() {
        let text = String(decoding: MetricText.prometheus.bytes([Self.counter, Self.gauge, Self.histogram]), as: UTF8.self)
        #expect(
            text == #"""
                # TYPE sampan_calls_started_total counter
                # HELP sampan_calls_started_total Calls that "began".\nAll of \\ them.
                sampan_calls_started_total{method="a.B/C",peer="县医院\"\\\n"} 18446744073709551615
                sampan_calls_started_total -1
                # TYPE sampan_skew_seconds gauge
                # HELP sampan_skew_seconds Skew.
                sampan_skew_seconds -0.5
                sampan_skew_seconds{a="1"} NaN
                sampan_skew_seconds{a="2"} +Inf
                sampan_skew_seconds{a="3"} -Inf
                sampan_skew_seconds{a="4"} 5e-05
                # TYPE sampan_call_duration_seconds histogram
                # HELP sampan_call_duration_seconds Time.
                sampan_call_duration_seconds_bucket{code="OK",le="5e-05"} 2
                sampan_call_duration_seconds_bucket{code="OK",le="1.0"} 2
                sampan_call_duration_seconds_bucket{code="OK",le="+Inf"} 3
                sampan_call_duration_seconds_sum{code="OK"} 3.5
                sampan_call_duration_seconds_count{code="OK"} 3
                sampan_call_duration_seconds_bucket{le="1.0"} 0
                sampan_call_duration_seconds_bucket{le="+Inf"} 0
                sampan_call_duration_seconds_sum 0.0
                sampan_call_duration_seconds_count 0

                """#)
    }

    @Test("OpenMetrics: families by their own names, units, examples with their trace, and an end")
    func openMetrics() {
        let text = String(decoding: MetricText.openMetrics.bytes([Self.counter, Self.histogram]), as: UTF8.self)
        #expect(
            text == #"""
                # TYPE sampan_calls_started counter
                # HELP sampan_calls_started Calls that \"began\".\nAll of \\ them.
                sampan_calls_started_total{method="a.B/C",peer="县医院\"\\\n"} 18446744073709551615
                sampan_calls_started_total -1
                # TYPE sampan_call_duration_seconds histogram
                # UNIT sampan_call_duration_seconds seconds
                # HELP sampan_call_duration_seconds Time.
                sampan_call_duration_seconds_bucket{code="OK",le="5e-05"} 2
                sampan_call_duration_seconds_bucket{code="OK",le="1.0"} 2 # {trace_id="ab"} 0.5
                sampan_call_duration_seconds_bucket{code="OK",le="+Inf"} 3
                sampan_call_duration_seconds_sum{code="OK"} 3.5
                sampan_call_duration_seconds_count{code="OK"} 3
                sampan_call_duration_seconds_bucket{le="1.0"} 0
                sampan_call_duration_seconds_bucket{le="+Inf"} 0
                sampan_call_duration_seconds_sum 0.0
                sampan_call_duration_seconds_count 0
                # EOF

                """#)
    }

    @Test(
        "who asks for OpenMetrics gets it; everybody else gets plain text",
        arguments: [
            (nil, .prometheus), ("", .prometheus), ("*/*", .prometheus), ("text/plain", .prometheus), ("text/html", .prometheus),
            ("application/openmetrics-text", .openMetrics), ("application/openmetrics-text; version=1.0.0", .openMetrics),
            ("Application/OpenMetrics-Text;Version=\"1.0.0\"", .openMetrics),
            ("application/openmetrics-text;version=0.0.1,*/*;q=0.1", .openMetrics),
            ("application/openmetrics-text;version=2.0.0", .prometheus), ("application/openmetrics-text;q=0", .prometheus),
            ("application/openmetrics-text;q=0.3,text/plain;q=0.4", .prometheus),
            ("application/openmetrics-text;q=0.4,text/plain;q=0.4", .openMetrics), ("application/openmetrics-text;q=2", .prometheus),
            ("application/openmetrics-text;q=x", .prometheus), (";,;;=,=q,application/openmetrics-text", .openMetrics),
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,"
                    + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", .openMetrics
            ),
            (String(repeating: "a/b,", count: 32) + "application/openmetrics-text", .prometheus),
        ] as [(String?, MetricText)])
    func accept(accept: String?, expected: MetricText) {
        #expect(MetricText(accept: accept) == expected)
    }
}
