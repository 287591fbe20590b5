import SampanRPC
@testable import SampanTransport
import Testing

@Suite("Messages that are kept to be sent again")
struct KeptMessagesTests {
    @Test("all of them, in order, with their bytes", arguments: [0, 1, 2, 5])
    func order(count: Int) throws {
        var kept = KeptMessages()
        for round in 0..<2 {
            let messages = try (0..<count).map { try FramedMessage(payload: [UInt8](repeating: UInt8($0), count: $0 + round)) }
            for message in messages { kept.append(message) }
            var seen: [FramedMessage] = []
            kept.forEach { seen.append($0) }
            #expect(seen == messages)
            #expect(kept.count == count)
            #expect(kept.byteCount == messages.reduce(0) { $0 + $1.bytes.count })
            kept.removeAll()
            #expect(kept.count == 0 && kept.byteCount == 0)
        }
    }
}
