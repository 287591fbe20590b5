import SampanAPI
import SampanFerry
import SampanMetrics
import SampanRPC
import Testing

@testable import SampanNode
@testable import SampanTransport

@Suite("OTLP")
struct OTLPTests {
    private static func span(_ code: StatusCode, parent: UInt64?, method: String = "a.B/C") throws -> CallSpan {
        CallSpan(
            traceID: try #require(TraceID(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10)), spanID: 0xF0, parent: parent,
            labels: CallLabels(.relayed, method: method, peer: "4699010001", route: "4699010002"), began: 1_000, ended: 900, code: code,
            state: TraceState("a=1"))
    }

    private static func text(_ attribute: OTLPAttributes.KeyValue) -> String {
        switch attribute.value?.value {
        case .stringValue(let text): "\(attribute.key)=\(text)"
        case .intValue(let number): "\(attribute.key)=\(number)"
        default: attribute.key
        }
    }

    @Test("a span is what the semantic conventions for RPC call so")
    func span() throws {
        let message = OTLPSpans.span(try Self.span(.notFound, parent: 1))
        #expect(message.traceID == Array(1...16) && message.spanID == [0, 0, 0, 0, 0, 0, 0, 0xF0])
        #expect(message.parentSpanID == [0, 0, 0, 0, 0, 0, 0, 1] && message.name == "a.B/C" && message.kind == .server)
        #expect(message.startTimeUnixNano == 1_000 && message.endTimeUnixNano == 1_000 && message.traceState == "a=1")
        let attributes = message.attributes.map(Self.text)
        #expect(
            attributes == [
                "rpc.system=grpc", "rpc.service=a.B", "rpc.method=C",
                "rpc.grpc.status_code=5", "sampan.direction=relayed",
                "sampan.peer=4699010001", "sampan.route=4699010002",
            ])
        #expect(message.status == nil)
    }

    @Test("a step over the gap is a child of the call that submitted the row, with its number and how it ended")
    func ferry() throws {
        let trace = try #require(TraceID(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10))
        let parent = try #require(TraceParent(traceID: trace, spanID: 1, isSampled: true))
        let place = try #require(TraceParent(traceID: trace, spanID: 2, isSampled: true))
        let message = OTLPSpans.span(
            FerrySpan(step: .writeBack, place: place, parent: parent, seq: 7, began: 10, ended: 20, outcome: "posted"))
        #expect(message.traceID == Array(1...16) && message.spanID.last == 2 && message.parentSpanID.last == 1)
        #expect(message.name == "ferry write-back" && message.kind == .internal && message.status == nil)
        #expect(message.startTimeUnixNano == 10 && message.endTimeUnixNano == 20)
        #expect(message.attributes.map(Self.text) == ["sampan.row=7", "sampan.outcome=posted"])
    }

    @Test("what the server has done wrong is an error; a trace that began here has no parent; what has no name has none")
    func statuses() throws {
        for code in StatusCode.allCases {
            let message = OTLPSpans.span(try Self.span(code, parent: nil, method: "other"))
            let isError = [.unknown, .deadlineExceeded, .unimplemented, .internal, .unavailable, .dataLoss].contains(code)
            #expect((message.status?.code == .error) == isError && message.parentSpanID.isEmpty)
        }
    }

    @Test("counters are sums, gauges gauges, and histograms what they are")
    func metrics() throws {
        let form = OTLPMetrics(start: 1, now: 2)
        let counter = form.metric(
            MetricFamily("a_bytes", .counter, unit: "bytes", help: "A.", [MetricSample([.init("x", "y")], .count(.max))]))
        guard case .sum(let sum) = counter.data else {
            Issue.record("no sum")
            return
        }
        #expect(counter.name == "a_bytes" && counter.unit == "By" && sum.isMonotonic && sum.aggregationTemporality == .cumulative)
        #expect(sum.dataPoints.map(\.value) == [.asInt(.max)] && sum.dataPoints.first?.startTimeUnixNano == 1)
        #expect(sum.dataPoints.first?.attributes == [OTLPAttributes.text("x", "y")])
        let gauge = form.metric(MetricFamily("b", .gauge, help: "B.", [MetricSample([], .number(0.5)), MetricSample([], .integer(-1))]))
        guard case .gauge(let value) = gauge.data else {
            Issue.record("no gauge")
            return
        }
        #expect(gauge.unit == "1" && value.dataPoints.map(\.value) == [.asDouble(0.5), .asInt(-1)])
        let histogram = form.metric(
            MetricFamily(
                "c_seconds", .histogram, unit: "seconds", help: "C.",
                [MetricSample([], .histogram(MetricHistogram(bounds: [0.5, 1], counts: [1, 0, 2], sum: 9)))]))
        guard case .histogram(let buckets) = histogram.data, let point = buckets.dataPoints.first else {
            Issue.record("no histogram")
            return
        }
        #expect(histogram.unit == "s" && point.count == 3 && point.sum == 9 && point.bucketCounts == [1, 0, 2])
        #expect(point.explicitBounds == [0.5, 1] && point.timeUnixNano == 2)
    }
}
