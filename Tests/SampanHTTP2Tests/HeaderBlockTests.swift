@testable import SampanHTTP2
import Testing

@Suite("Header block")
struct HeaderBlockTests {
    @Test("a block that is made of others says the same, in order")
    func joined() throws {
        var first = HeaderBlock()
        first.append(":method", "POST")
        var whole = HeaderBlock()
        whole.append(first)
        whole.append(":path", "/a.S/M")
        var rest = HeaderBlock()
        rest.append(":scheme", "http")
        rest.append(":authority", "h")
        rest.append("x-bytes-bin", [65, 66])
        whole.append(rest)
        whole.append(HeaderBlock())
        #expect(whole.count == 5)
        #expect(whole.listSize == first.listSize + rest.listSize + 5 + 6 + 32)
        let pair = try SessionPair()
        try pair.client.session.submitRequest(whole, stream: RecordingStream())
        try pair.settle()
        #expect(
            pair.server.streams[0].fields == [
                ":method": "POST", ":path": "/a.S/M", ":scheme": "http", ":authority": "h", "x-bytes-bin": "AB",
            ])
    }

    @Test("a field that is not indexed arrives, and takes the same place each time", arguments: [false, true])
    func indexing(isIndexed: Bool) throws {
        let pair = try SessionPair()
        try pair.settle()
        var sizes: [Int] = []
        for _ in 0..<3 {
            var head = SessionPair.head()
            head.append("grpc-timeout", "12345678n", isIndexed: isIndexed)
            let stream = RecordingStream()
            try pair.client.session.submitRequest(head, stream: stream)
            let bytes = try pair.client.output()
            sizes.append(bytes.count)
            try pair.server.receive(bytes)
        }
        #expect(pair.server.streams.map { $0.fields["grpc-timeout"] } == ["12345678n", "12345678n", "12345678n"])
        // The first head also fills the table with what all have in common; then a field in the table is one byte, one that is not has
        // 21 characters, in Huffman's code no less than five bits each.
        #expect(sizes[1] == sizes[2])
        let plain = try Self.sizeOfSecond()
        #expect(isIndexed ? sizes[1] == plain + 1 : sizes[1] >= plain + 14, "\(sizes), \(plain) without the field")
    }

    /// Bytes of a head without that field, when another has gone before it.
    private static func sizeOfSecond() throws -> Int {
        let pair = try SessionPair()
        try pair.settle()
        _ = try pair.request()
        _ = try pair.client.output()
        _ = try pair.request()
        return try pair.client.output().count
    }
}
