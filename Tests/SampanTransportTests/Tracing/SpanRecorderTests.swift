import SampanRPC
import Testing

@testable import SampanTransport

@Suite("Spans of a loop")
struct SpanRecorderTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let parent = "00-\(trace)-b7ad6b7169203331-01"

    private static func recorder(_ ratio: Double, limit: Int = 10) throws -> SpanRecorder {
        SpanRecorder(try #require(TraceSampling(ratio: ratio)), limit: limit, seed: 1)
    }

    private static func metadata(_ pairs: [(String, String)]) -> Metadata {
        var metadata = Metadata()
        for (key, value) in pairs { metadata.appendReceived(key: key, value: .ascii(value)) }
        return metadata
    }

    @Test("what is no share is none", arguments: [-0.1, 1.1, .nan, .infinity])
    func ratios(ratio: Double) {
        #expect(TraceSampling(ratio: ratio) == nil)
    }

    @Test("of calls without a trace the share is drawn", arguments: [(0.0, 0...0), (1.0, 20_000...20_000), (0.25, 4_700...5_300)])
    func draws(ratio: Double, expected: ClosedRange<Int>) throws {
        let recorder = try Self.recorder(ratio)
        let spans = (0..<20_000).compactMap { _ in recorder.begin(Metadata()) }
        #expect(expected.contains(spans.count))
        #expect(spans.allSatisfy { $0.parent == nil && $0.own.isSampled } && Set(spans.map(\.own)).count == spans.count)
    }

    @Test("a caller's trace is followed, whatever the share", arguments: [0.0, 1.0])
    func follows(ratio: Double) throws {
        let said = Self.metadata([("x-a", "1"), ("traceparent", Self.parent), ("tracestate", "a=1"), ("tracestate", "b=2"), ("x-b", "2")])
        let span = try #require(try Self.recorder(ratio).begin(said))
        #expect(span.parent == 0xB7AD_6B71_6920_3331 && span.own.traceID.description == Self.trace)
        #expect(span.own.spanID != span.parent && span.state?.text == "a=1,b=2")
        let passed = span.passedOn(said)
        #expect(passed == Self.metadata([("x-a", "1"), ("x-b", "2"), ("traceparent", span.own.description), ("tracestate", "a=1,b=2")]))
    }

    @Test(
        "a caller that does not record is followed too, and what cannot be read begins no trace",
        arguments: [
            [String(parent.dropLast()) + "0"], [parent, parent], [""], ["00-" + trace], ["ff" + String(parent.dropFirst(2))],
            [parent.uppercased()],
        ])
    func leaves(values: [String]) throws {
        #expect(try Self.recorder(1).begin(Self.metadata(values.map { ("traceparent", $0) })) == nil)
    }

    @Test("a wrong tracestate goes no further, and the trace does")
    func state() throws {
        let said = Self.metadata([("traceparent", Self.parent), ("tracestate", "A=1")])
        let span = try #require(try Self.recorder(0).begin(said))
        #expect(span.state == nil && span.passedOn(said) == Self.metadata([("traceparent", span.own.description)]))
    }

    @Test("spans are kept up to the limit, taken once, and counted beyond it")
    func bounded() throws {
        let recorder = try Self.recorder(1, limit: 3)
        let labels = CallLabels(.served, method: "a.B/C", peer: "1")
        for index in 0..<5 {
            recorder.end(try #require(recorder.begin(Metadata())), labels, .notFound, began: EventLoop.readClock() - Int64(index), now: 0)
        }
        let spans = recorder.take()
        #expect(spans.count == 3 && recorder.dropped == 2 && recorder.take().isEmpty)
        #expect(spans.allSatisfy { $0.ended >= $0.began && $0.began > 1_700_000_000_000_000_000 && $0.code == .notFound })
    }
}
