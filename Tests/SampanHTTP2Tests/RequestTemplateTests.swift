@testable import SampanHTTP2
import Testing

@Suite("Head of requests")
struct RequestTemplateTests {
    private static func template(authority: String = "h") -> RequestTemplate {
        RequestTemplate(
            scheme: "http", authority: authority, constants: [("te", "trailers"), ("content-type", "application/grpc")],
            number: "grpc-timeout")
    }

    @Test("a request says what all say, its path and number, and what it adds", arguments: [0, 1, 40])
    func fields(count: Int) throws {
        let template = Self.template(authority: "h.example:443")
        let pair = try SessionPair()
        var expected = [
            ":method": "POST", ":scheme": "http", ":authority": "h.example:443", "te": "trailers", "content-type": "application/grpc",
        ]
        var more = HeaderBlock()
        for index in 0..<count {
            more.append("x-\(index)", "v\(index)")
            expected["x-\(index)"] = "v\(index)"
        }
        let requests: [(path: String, number: Int64, text: String)] = [
            ("/a.S/M", 0, "0n"), ("/a.S/" + String(repeating: "m", count: 300), 99_999_999, "99999999n"), ("/", .max, "\(Int64.max)n"),
        ]
        for (index, request) in requests.enumerated() {
            try pair.client.session.submitRequest(
                template, path: request.path, number: request.number, unit: UInt8(ascii: "n"), more: count == 0 ? nil : more,
                stream: RecordingStream())
            try pair.settle()
            expected[":path"] = request.path
            expected["grpc-timeout"] = request.text
            #expect(pair.server.streams[index].fields == expected)
        }
    }

    @Test("the size of the list is never below what RFC 9113 counts")
    func size() {
        var more = HeaderBlock()
        more.append("x", "12")
        let fixed = (7 + 4) + (7 + 4) + (10 + 1) + (5 + 6) + (2 + 8) + (12 + 16) + 12 + 7 * 32
        // The number counts with its longest form, of 20 characters.
        #expect(Self.template().listSize(path: "/a.S/M", more: nil) == fixed + 20)
        #expect(Self.template().listSize(path: "/a.S/M", more: more) == fixed + 20 + 35)
    }

    @Test("many requests of one template may wait to be written, and its end does not change them")
    func outlived() throws {
        let pair = try SessionPair()
        try pair.settle()
        for index in 0..<50 as Range<Int64> {
            try pair.client.session.submitRequest(
                Self.template(authority: "host-\(index)"), path: "/p/\(index)", number: index, unit: UInt8(ascii: "u"), more: nil,
                stream: RecordingStream())
        }
        try pair.settle()
        #expect(pair.server.streams.map { $0.fields[":authority"] } == (0..<50).map { "host-\($0)" })
        #expect(pair.server.streams.map { $0.fields[":path"] } == (0..<50).map { "/p/\($0)" })
        #expect(pair.server.streams.map { $0.fields["grpc-timeout"] } == (0..<50).map { "\($0)u" })
    }

    @Test("the number takes the same place each time, and no place in a table")
    func indexing() throws {
        let template = Self.template()
        let pair = try SessionPair()
        try pair.settle()
        var sizes: [Int] = []
        for _ in 0..<3 {
            try pair.client.session.submitRequest(
                template, path: "/a.S/M", number: 12_345_678, unit: UInt8(ascii: "n"), more: nil, stream: RecordingStream())
            let bytes = try pair.client.output()
            sizes.append(bytes.count)
            try pair.server.receive(bytes)
        }
        // The first head also fills the tables; then a field that is there is one byte, and the number with its name 21 characters, in
        // Huffman's code no less than five bits each.
        #expect(sizes[1] == sizes[2])
        #expect(sizes[1] >= 9 + 6 + 14 && sizes[1] < sizes[0] - 20, "\(sizes)")
    }
}
