import SampanTestSupport
import Testing

@testable import SampanTransport

@Suite("Heads of GET requests")
struct HTTPGetHeadTests {
    private static func read(_ text: String, limit: Int = 8_192) -> HTTPGetHead.Reading {
        var head = HTTPGetHead(limit: limit)
        return head.take(Array(text.utf8))
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
        #expect(Self.read(text) == .request(HTTPGetRequest(path: path, accept: accept)))
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
            ("GET /" + String(repeating: "a", count: 1_024) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        ] as [(String, Int)])
    func refuses(text: String, status: Int) {
        #expect(Self.read(text) == .refused(status))
    }

    @Test("byte by byte it is the same, and nothing is said before the end", arguments: [plain, "POST /a HTTP/1.1\r\nHost: a\r\n\r\n"])
    func slowly(text: String) {
        var head = HTTPGetHead(limit: 8_192)
        let bytes = Array(text.utf8)
        for byte in bytes.dropLast() { #expect(head.take([byte]) == .incomplete) }
        #expect(head.take([bytes.last ?? 0]) == Self.read(text))
    }

    @Test("as long as the limit is read; a byte longer is not, ended or not, in whatever pieces", arguments: [1, 7, 10_000])
    func limit(piece: Int) {
        let length = Self.plain.utf8.count
        #expect(Self.read(Self.plain, limit: length) == .request(HTTPGetRequest(path: "/metrics")))
        #expect(Self.read(Self.plain, limit: length - 1) == .refused(431))
        var head = HTTPGetHead(limit: 100)
        var (sent, reading) = (0, HTTPGetHead.Reading.incomplete)
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
            var (whole, slow) = (HTTPGetHead(limit: 64), HTTPGetHead(limit: 64))
            let expected = whole.take(bytes)
            var reading = HTTPGetHead.Reading.incomplete
            for byte in bytes where reading == .incomplete { reading = slow.take([byte]) }
            #expect(reading == expected, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test("more fields than may be are refused, as many as may be are read")
    func fields() {
        let most = "GET /a HTTP/1.1\r\nHost: a\r\n" + String(repeating: "a: b\r\n", count: 63) + "\r\n"
        #expect(Self.read(most) == .request(HTTPGetRequest(path: "/a")))
    }
}
