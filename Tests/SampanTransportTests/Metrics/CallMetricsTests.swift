import SampanRPC
import Testing

@testable import SampanTransport

@Suite("Series of calls")
struct CallMetricsTests {
    private static func labels(_ method: String, _ peer: String) -> CallLabels { CallLabels(.served, method: method, peer: peer) }

    @Test("equal labels share a series; beyond the limit peers are one, and beyond twice the limit methods too")
    func limits() {
        let metrics = CallMetrics(limit: 2)
        let first = metrics.series(Self.labels("a", "1"))
        #expect(metrics.series(Self.labels("a", "1")) === first)
        #expect(metrics.series(Self.labels("a", "2")).labels.peer == "2")
        // Full: the peer goes.
        let crowd = metrics.series(Self.labels("a", "3"))
        #expect(crowd.labels == Self.labels("a", "other") && metrics.series(Self.labels("a", "4")) === crowd)
        #expect(metrics.series(Self.labels("b", "4")).labels == Self.labels("b", "other"))
        // Also the method.
        let rest = metrics.series(Self.labels("c", "4"))
        #expect(rest.labels == Self.labels("other", "other") && metrics.series(Self.labels("d", "5")) === rest)
        #expect(metrics.series(CallLabels(.relayed, method: "d", peer: "5", route: "6")).labels.route == "")
        for number in 0..<1_000 { _ = metrics.series(CallLabels(.called, method: "m\(number)", peer: "\(number)")) }
        #expect(metrics.figures.count <= 2 * 2 + CallLabels.Direction.allCases.count)
        // What was there before stays.
        #expect(metrics.series(Self.labels("a", "1")) === first)
    }

    @Test("a method of another node has no name until it has answered well")
    func names() {
        let metrics = CallMetrics()
        let method = MethodDescriptor(service: "a.B", name: "C", kind: .unary)
        #expect(metrics.name(ofRelayed: method) == "a.B/*")
        #expect(metrics.noteAnswer(of: method))
        #expect(!metrics.noteAnswer(of: method))
        #expect(metrics.name(ofRelayed: method) == "a.B/C")
        for number in 0..<2_000 { _ = metrics.noteAnswer(of: MethodDescriptor(service: "a.B", name: "\(number)", kind: .unary)) }
        #expect(metrics.name(ofRelayed: MethodDescriptor(service: "a.B", name: "1999", kind: .unary)) == "a.B/*")
    }

    @Test("calls of one turn take as long as it; others the time since they began; each under its status")
    func times() throws {
        let metrics = CallMetrics()
        let series = metrics.series(Self.labels("a", "1"))
        for _ in 0..<3 { series.callBegan() }
        series.callEnded(.ok, began: 100, now: 100, nil)
        series.callEnded(.ok, began: 100, now: 100, nil)
        series.callEnded(.notFound, began: 0, now: 100, nil)
        #expect(series.figures.ended.map(\.code) == [.notFound] && series.figures.open == 2)
        metrics.endTurn(after: 70_000)
        metrics.endTurn(after: 90_000)
        let figures = series.figures
        #expect(figures.started == 3 && figures.open == 0)
        #expect(figures.ended.map(\.code) == [.ok, .notFound])
        #expect(figures.ended[0].durations.counts[1] == 2 && figures.ended[0].durations.sum == 140_000)
        #expect(figures.ended[1].durations.counts[0] == 1 && figures.ended[1].durations.sum == 100)
    }

    @Test("the last traced call of a bucket is its example")
    func exemplars() throws {
        let metrics = CallMetrics()
        let series = metrics.series(Self.labels("a", "1"))
        let traces = (1...3).compactMap { number in
            TraceID(high: 0, low: number).flatMap { TraceParent(traceID: $0, spanID: 1, isSampled: true) }
        }
        try #require(traces.count == 3)
        series.callEnded(.ok, began: 0, now: 60_000, traces[0])
        series.callEnded(.ok, began: 0, now: 70_000, traces[1])
        series.callEnded(.ok, began: 5, now: 5, traces[2])
        series.callEnded(.ok, began: 5, now: 5, nil)
        metrics.endTurn(after: 10)
        let exemplars = series.figures.ended[0].exemplars
        #expect(exemplars.count == DurationHistogram.boundCount + 1)
        #expect(exemplars[0] == CallExemplar(trace: traces[2].traceID, nanoseconds: 10))
        #expect(exemplars[1] == CallExemplar(trace: traces[1].traceID, nanoseconds: 70_000))
        #expect(exemplars[2...].allSatisfy { $0 == nil })
    }

    @Test("loops add up by their labels")
    func merges() {
        let parts = (0..<2).map { _ in CallMetrics() }
        for (index, metrics) in parts.enumerated() {
            let shared = metrics.series(Self.labels("a", "1"))
            shared.callBegan()
            shared.callEnded(index == 0 ? .ok : .aborted, began: 0, now: 10, nil)
            metrics.series(Self.labels("b", "\(index)")).callBegan()
        }
        let merged = CallFigures.merged(parts.map(\.figures))
        #expect(merged.map(\.labels) == [Self.labels("a", "1"), Self.labels("b", "0"), Self.labels("b", "1")])
        #expect(merged[0].started == 2 && merged[0].ended.map(\.code) == [.ok, .aborted] && merged[0].open == 0)
        #expect(merged[1].open == 1)
    }
}
