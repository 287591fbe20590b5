import SampanRPC
import Testing

@Suite("Framing a message")
struct FramedMessageTests {
    @Test("flag, length, payload", arguments: [0, 1, 255, 256, 65_536, 70_000])
    func layout(count: Int) throws {
        let payload = [UInt8](repeating: 7, count: count)
        let framed = try FramedMessage(payload: payload)
        #expect(framed.payloadLength == count)
        #expect(Array(framed.bytes[5...]) == payload)
        #expect(framed.bytes[0] == 0)
        #expect(framed.bytes[1..<5].reduce(0) { $0 << 8 | Int($1) } == count)
    }

    @Test("a buffer without room for the prefix is refused", arguments: 0..<5)
    func short(count: Int) {
        let error = #expect(throws: RPCError.self) { try FramedMessage(bufferWithPrefixRoom: [UInt8](repeating: 1, count: count)) }
        #expect(error?.code == .resourceExhausted)
    }
}
