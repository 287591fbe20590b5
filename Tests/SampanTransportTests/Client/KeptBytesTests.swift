@testable import SampanTransport
import Testing

@Suite("Bytes that are kept to be sent again")
struct KeptBytesTests {
    @Test("all of them, in order, with their bytes", arguments: [0, 1, 2, 5])
    func order(count: Int) {
        var kept = KeptBytes()
        for round in 0..<2 {
            let pieces = (0..<count).map { [UInt8](repeating: UInt8($0), count: $0 + round) }
            for piece in pieces { kept.append(piece) }
            var seen: [[UInt8]] = []
            kept.forEach { seen.append($0) }
            #expect(seen == pieces)
            #expect(kept.count == count)
            #expect(kept.byteCount == pieces.reduce(0) { $0 + $1.count })
            kept.removeAll()
            #expect(kept.count == 0 && kept.byteCount == 0)
        }
    }
}
