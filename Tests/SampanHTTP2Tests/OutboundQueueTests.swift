import SampanTestSupport
@testable import SampanHTTP2
import StoreTestSupport
import Testing

@Suite("Bytes that wait for flow control")
struct OutboundQueueTests {
    @Test("any pieces in and any pieces out are the same bytes", arguments: 1...5 as ClosedRange<UInt64>)
    func property(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<50 {
            var queue = OutboundQueue()
            var expected: [UInt8] = []
            var taken: [UInt8] = []
            for _ in 0..<400 {
                if Bool.random(using: &random) {
                    let piece = (0..<Int.random(in: 0...20, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
                    queue.append(piece)
                    expected += piece
                } else {
                    taken += Self.take(&queue, Int.random(in: 0...25, using: &random))
                }
                #expect(queue.byteCount == expected.count - taken.count, "seed \(seed)")
                #expect(queue.isEmpty == (queue.byteCount == 0))
            }
            taken += Self.take(&queue, .max)
            #expect(taken == expected, "seed \(seed)")
        }
    }

    @Test("hundreds of small messages behind a closed window, then taken at once")
    func backlog() {
        var queue = OutboundQueue()
        for index in 0..<1_000 { queue.append([UInt8(truncatingIfNeeded: index)]) }
        #expect(Self.take(&queue, 999).count == 999)
        #expect(Self.take(&queue, 999) == [UInt8(truncatingIfNeeded: 999)])
    }

    private static func take(_ queue: inout OutboundQueue, _ limit: Int) -> [UInt8] {
        var target = [UInt8](repeating: 0, count: min(limit, queue.byteCount + 1))
        let count = unsafe target.withUnsafeMutableBytes { unsafe queue.take(into: $0) }
        return Array(target.prefix(count))
    }
}
