import SampanTestSupport
import Testing

@testable import SampanTransport

@Suite("Plain HTTP requests")
struct PlainHTTPHeadTests {
    private static func read(_ text: String, limit: Int = 8_192) -> PlainHTTPHead.Reading {
        var head = PlainHTTPHead(limit: limit)
        return head.take(Array(text.utf8))
    }

    /// Path and `Accept` of a request; nil of anything else.
    private static func seen(_ reading: PlainHTTPHead.Reading) -> [String?]? {
        guard case .request(let request) = reading else { return nil }
        return [request.path, request.accept]
    }

    private static let plain = "GET /metrics HTTP/1.1\r\nHost: localhost:9464\r\n\r\n"

    @Test(
        "what is well formed is read; the query is no part of the path",
        arguments: [
            (plain, "/metrics", nil), ("GET / HTTP/1.0\r\n\r\n", "/", nil),
            ("GET /metrics?a=/b HTTP/1.1\r\nhost:\r\n\r\n", "/metrics", nil),
            ("GET /a HTTP/1.1\r\nHost: a\r\nACCEPT: text/plain \t\r\n\r\n", "/a", "text/plain"),
            ("GET /a HTTP/1.1\r\nAccept:a\r\nHost: a\r\nAccept:\tb\r\n\r\n", "/a", "a,b"),
            ("GET /a HTTP/1.1\r\nHost: 县\r\nX-Empty:\r\nContent-Length: 0\r\n\r\n", "/a", nil),
            (plain + "more that is left alone", "/metrics", nil),
        ] as [(String, String, String?)])
    func reads(text: String, path: String, accept: String?) {
        #expect(Self.seen(Self.read(text)) == [path, accept])
    }

    @Test(
        "anything else is refused, each for its reason",
        arguments: [
            ("\r\n\r\n", 400), ("GET\r\n\r\n", 400), ("GET /a\r\n\r\n", 400), ("GET  /a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /a HTTP/1.1 \r\nHost: a\r\n\r\n", 400), (" GET /a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /a HTTP/2.0\r\nHost: a\r\n\r\n", 505), ("GET /a HTTP/1.2\r\nHost: a\r\n\r\n", 505),
            ("GET /a FTP\r\nHost: a\r\n\r\n", 400),
            ("GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /县 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("POST /a HTTP/1.1\r\nHost: a\r\n\r\n", 405), ("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n", 405),
            ("get /a HTTP/1.1\r\nHost: a\r\n\r\n", 405), ("G(T /a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /a HTTP/1.1\r\n\r\n", 400), ("GET /a HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
            ("GET /a HTTP/1.1\r\nHost : a\r\n\r\n", 400), ("GET /a HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400),
            ("GET /a HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400), ("GET /a HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400),
            ("GET /a HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n", 400), ("GET /a HTTP/1.1\r\nHost: a\r\nX: a\u{7F}\r\n\r\n", 400),
            ("GET /a HTTP/1.1\nHost: a\r\n\r\n", 400), ("GET /a HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400),
            ("GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", 400),
            ("GET /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("GET /a HTTP/1.1\r\nHost: a\r\n" + String(repeating: "a: b\r\n", count: 64) + "\r\n", 400),
            ("GET /" + String(repeating: "a", count: 2_048) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        ] as [(String, Int)])
    func refuses(text: String, status: Int) {
        #expect(Self.read(text) == .refused(status))
    }

    @Test("byte by byte it is the same, and nothing is said before the end", arguments: [plain, "POST /a HTTP/1.1\r\nHost: a\r\n\r\n"])
    func slowly(text: String) {
        var head = PlainHTTPHead(limit: 8_192)
        let bytes = Array(text.utf8)
        for byte in bytes.dropLast() { #expect(head.take([byte]) == .incomplete) }
        #expect(head.take([bytes.last ?? 0]) == Self.read(text))
    }

    @Test("as long as the limit is read; a byte longer is not, ended or not, in whatever pieces", arguments: [1, 7, 10_000])
    func limit(piece: Int) {
        let length = Self.plain.utf8.count
        #expect(Self.seen(Self.read(Self.plain, limit: length)) == ["/metrics", nil])
        #expect(Self.read(Self.plain, limit: length - 1) == .refused(431))
        var head = PlainHTTPHead(limit: 100)
        var (sent, reading) = (0, PlainHTTPHead.Reading.incomplete)
        while reading == .incomplete, sent < 10_000 {
            reading = head.take([UInt8](repeating: 65, count: piece))
            sent += piece
        }
        #expect(reading == .refused(431) && sent < 101 + piece)
    }

    @Test("garbage, and what is nearly right, ends in one of the three; in pieces it ends in the same", arguments: [1 as UInt64, 2, 3])
    func garbage(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let words = [
            "GET", " ", "/", "HTTP/1.1", "\r\n", "\r", "\n", "Host:", "a", ":", "\u{0}", "\r\n\r\n", "Accept: b", "Content-Length: 0", "县",
        ]
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...12, using: &random)).flatMap { _ in Array((words.randomElement(using: &random) ?? "").utf8)
            }
            var (whole, slow) = (PlainHTTPHead(limit: 64), PlainHTTPHead(limit: 64))
            let expected = whole.take(bytes)
            var reading = PlainHTTPHead.Reading.incomplete
            for byte in bytes where reading == .incomplete { reading = slow.take([byte]) }
            #expect(reading == expected, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    private static func post(_ text: String, limit: Int = 10) -> PlainHTTPHead.Reading {
        var head = PlainHTTPHead(limit: 8_192, bodyLimit: limit)
        return head.take(Array(text.utf8))
    }

    @Test("a body is taken by its length, in whatever pieces; what follows is left alone", arguments: [1, 3, 1_000])
    func bodies(piece: Int) throws {
        let text = Array("POST /notify?a=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n012345678\u{0}more".utf8)
        var head = PlainHTTPHead(limit: 8_192, bodyLimit: 10)
        var (sent, reading) = (0, PlainHTTPHead.Reading.incomplete)
        while reading == .incomplete, sent < text.count {
            reading = head.take(Array(text[sent..<min(sent + piece, text.count)]))
            sent += piece
        }
        guard case .request(let request) = reading else {
            Issue.record("\(reading)")
            return
        }
        #expect(request.method == .post && request.target == "/notify?a=1" && request.path == "/notify")
        #expect(request.body == Array("012345678\u{0}".utf8))
        guard case .request(let empty) = Self.post("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n") else {
            Issue.record("an empty body")
            return
        }
        #expect(empty.body.isEmpty)
    }

    @Test(
        "a body without a plain length, or too long, is refused",
        arguments: [
            ("", 411), ("Content-Length: 11\r\n", 413), ("Content-Length: 1000000000\r\n", 400), ("Content-Length: -1\r\n", 400),
            ("Content-Length: +1\r\n", 400), ("Content-Length: 0x1\r\n", 400), ("Content-Length:\r\n", 400),
            ("Content-Length: 1\r\nContent-Length: 1\r\n", 400), ("Content-Length: 1, 1\r\n", 400),
            ("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", 400), ("Transfer-Encoding: chunked\r\n", 400),
        ])
    func badBodies(fields: String, status: Int) {
        #expect(Self.post("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\nx") == .refused(status))
        #expect(Self.post("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx") == .refused(400))
        #expect(Self.post("POST / HTTP/1.1\r\nHost: a\r\n\r\n", limit: 0) == .refused(405))
    }

    @Test("more fields than may be are refused, as many as may be are read")
    func fields() {
        let most = "GET /a HTTP/1.1\r\nHost: a\r\n" + String(repeating: "a: b\r\n", count: 63) + "\r\n"
        #expect(Self.seen(Self.read(most)) == ["/a", nil])
    }
}
