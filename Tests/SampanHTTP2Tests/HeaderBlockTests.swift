@testable import SampanHTTP2
import Testing

@Suite("Header block")
struct HeaderBlockTests {
    @Test("names and values arrive, text and bytes, and count with 32 bytes each")
    func fields() throws {
        var block = HeaderBlock()
        block.append(":method", "POST")
        block.append(":path", "/a.S/M")
        block.append(":scheme", "http")
        block.append(":authority", "h")
        block.append("x-bytes-bin", [65, 66])
        #expect(block.count == 5)
        #expect(block.listSize == 11 + 11 + 11 + 11 + 13 + 5 * 32)
        let pair = try SessionPair()
        try pair.client.session.submitRequest(block, stream: RecordingStream())
        try pair.settle()
        #expect(
            pair.server.streams[0].fields == [
                ":method": "POST", ":path": "/a.S/M", ":scheme": "http", ":authority": "h", "x-bytes-bin": "AB",
            ])
    }
}
