import Foundation
import SampanCompression
import StoreTestSupport
import Testing

@Suite("Abuse of the doors to the web gets clear refusals", .blocking)
struct WebAbuseTests {
    private static let service = WebScene.service
    private static let limit = 2_000

    /// One bad request.
    struct Abuse: Sendable, CustomStringConvertible {
        let description: String
        var path = "\(WebScene.service)/Do"
        var body: [UInt8] = []
        var type: String? = "application/json"
        var headers: [String] = []
        var method = "POST"
        /// Of the answer; for streams and gRPC-Web, which answer with 200, the code that the last message says.
        let status: Int
        var code: String?
        /// What the text of the answer holds.
        let says: String
    }

    private static func json(_ name: String, _ text: String, _ status: Int, _ says: String) -> Abuse {
        Abuse(description: name, body: Array(text.utf8), status: status, says: says)
    }

    private static func head(_ headers: [String], _ status: Int, _ says: String) -> Abuse {
        Abuse(description: headers.joined(separator: ", "), body: Array("{}".utf8), headers: headers, status: status, says: says)
    }

    private static func stream(_ name: String, _ body: [UInt8], _ code: String, _ says: String, headers: [String] = []) -> Abuse {
        Abuse(
            description: "stream: \(name)", path: "\(service)/Collect", body: body, type: "application/connect+json", headers: headers,
            status: 200, code: #""code":"\#(code)""#, says: says)
    }

    private static func web(
        _ name: String, _ body: [UInt8], _ code: Int, _ says: String, type: String = "application/grpc-web", headers: [String] = []
    ) -> Abuse {
        Abuse(
            description: "gRPC-Web: \(name)", body: body, type: type, headers: headers, status: 200, code: "grpc-status:\(code)\r\n",
            says: says)
    }

    private static func get(_ query: String, _ status: Int, _ says: String, path: String = "/grpc.health.v1.Health/Check") -> Abuse {
        Abuse(description: "GET \(query.prefix(60))", path: path + query, type: nil, method: "GET", status: status, says: says)
    }

    /// An envelope that says another length than it has.
    private static func lying(_ length: UInt32, _ payload: [UInt8] = [], flags: UInt8 = 0) -> [UInt8] {
        [flags] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> UInt32($0)) } + payload
    }

    private static let bodies: [Abuse] = [
        json("a field that is none", #"{"nummer":1}"#, 400, "there is no field nummer"),
        json("no whole JSON", "{", 400, "line 1, column 2"),
        json("no JSON at all", "<xml/>", 400, "line 1"), json("a key twice", #"{"number":1,"number":2}"#, 400, "has this name already"),
        json("two texts", "{}{}", 400, "line 1, column 3"), json("no object", "1", 400, "is not"),
        json("a number that is too large", #"{"number":99999999999}"#, 400, "number"),
        json("bad base64", #"{"payload":"%%"}"#, 400, "payload"),
        Abuse(description: "no UTF-8", body: [0x7B, 0x22, 0xFF, 0x22, 0x7D], status: 400, says: "not UTF-8"),
        json("deep lists", String(repeating: "[", count: 1_500), 429, "more than 64 levels"),
        json("deep objects", String(repeating: #"{"a":"#, count: 390), 429, "more than 64 levels"),
        json("too large", String(repeating: " ", count: limit + 1), 429, "larger than 2000 bytes"),
        Abuse(description: "wire format that is none", body: [0xFF], type: "application/proto", status: 500, says: "not an acceptable"),
    ]

    private static let types: [Abuse] =
        [
            "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "application/jsonp",
            "*/*",
            "application/connect+xml", "application/grpc-webx", nil, "x" + String(repeating: "y", count: 300),
        ].map { type in
            Abuse(
                description: "type \(type?.prefix(30) ?? "none")", body: Array("{}".utf8), type: type, status: 415,
                says: "use application/grpc")
        } + [
            Abuse(description: "a stream's type for a unary method", type: "application/connect+json", status: 415, says: "is unary"),
            Abuse(description: "a unary type for a stream", path: "\(service)/Watch", status: 415, says: "streams"),
        ]

    private static let heads: [Abuse] = [
        head(["content-encoding: br"], 501, "use identity,gzip"), head(["content-encoding: gzip, gzip"], 501, "use identity,gzip"),
        head(["content-encoding: gzip"], 400, "gzip"), head(["content-encoding: identity", "content-encoding: identity"], 400, "twice"),
        head(["connect-protocol-version: 2"], 400, "connect-protocol-version"), head(["connect-timeout-ms: x"], 400, "malformed timeout"),
        head(["connect-timeout-ms: 12345678901"], 400, "malformed timeout"), head(["connect-timeout-ms: -1"], 400, "malformed timeout"),
        head(["connect-timeout-ms: 1", "connect-timeout-ms: 2"], 400, "twice"), head(["x-bin: ?"], 400, "binary metadata"),
        head(["sampan-to: 1/2"], 501, "takes no calls for others"), head(["sampan-to: a", "sampan-to: b"], 400, "route"),
        head(["sampan-caller-bin: AQ"], 501, "with gRPC"), head(["origin: https://evil.example"], 403, "origin"),
        head(["origin: \(WebScene.origin).evil.example"], 403, "origin"), head(["origin: null"], 403, "origin"),
        head(["sec-fetch-site: cross-site"], 403, "origin"),
        Abuse(
            description: "a form of another site", body: Array("{}".utf8), type: "text/plain", headers: ["origin: https://evil.example"],
            status: 403, says: "origin"),
    ]

    private static let envelopes: [Abuse] = [
        stream("4 GiB announced", lying(UInt32.max), "resource_exhausted", "over the limit of 2000 bytes"),
        stream("one byte over the limit announced", lying(2_001), "resource_exhausted", "over the limit of 2000 bytes"),
        stream("more announced than sent", lying(9, Array("{}".utf8)), "internal", "inside a message"),
        stream("half a prefix", [0, 0, 0], "internal", "inside a message"),
        stream("less announced than sent", lying(1, Array("{}".utf8)), "invalid_argument", "line 1"),
        stream("an end from the caller", Envelope(Array("{}".utf8), flags: 2).bytes, "internal", "flag"),
        stream("flags of the future", Envelope(Array("{}".utf8), flags: 4).bytes, "internal", "flag"),
        stream("compressed without a word", Envelope([1], flags: 1).bytes, "internal", "without an agreed encoding"),
        stream("no gzip", Envelope([1, 2, 3], flags: 1).bytes, "invalid_argument", "gzip", headers: ["connect-content-encoding: gzip"]),
        stream("an unknown encoding", [], "unimplemented", "use identity,gzip", headers: ["connect-content-encoding: zstd"]),
        stream("a compressed body", [], "unimplemented", "use identity,gzip", headers: ["content-encoding: gzip"]),
        web("4 GiB announced", lying(UInt32.max), 8, "over the limit"),
        web("more announced than sent", lying(9, [1]), 13, "inside a message"),
        web("trailers from the caller", Envelope([1], flags: 0x80).bytes, 13, "flag"), web("nothing", [], 13, "without its message"),
        web("two messages for one", Envelope.bytes([[], []]), 13, "more than one"),
        web("an unknown encoding", [], 12, "identity,gzip", headers: ["grpc-encoding: br"]),
    ]

    private static let texts: [Abuse] = [
        ("!!!!", "not base64"), ("AAAAA", "inside of its base64"), ("A===", "not base64"), ("AAA", "inside"),
    ].map {
        // The answer is base64 as well: it is compared where it is read.
        web("base64 \($0.0)", Array($0.0.utf8), 3, $0.1, type: "application/grpc-web-text")
    }

    private static let verbs: [Abuse] = ["PUT", "DELETE", "PATCH", "TRACE", "QUERY", "get"].map {
        Abuse(description: $0, body: Array("{}".utf8), method: $0, status: 405, says: "POST")
    }

    private static let gets: [Abuse] = [
        get("?encoding=json&message=%7B%7D", 405, "no side effects", path: "\(service)/Do"),
        get("?encoding=json&message=%7B%7D", 405, "no side effects", path: "\(service)/Watch"),
        get("?encoding=json&message=%7B%7D", 405, "no side effects", path: "/no.Such/Method"), get("", 405, "no side effects", path: "/"),
        get("?encoding=json&message=%7B%7D&message=%7B%7D", 400, "message twice"),
        get("?encoding=json&encoding=proto&message=", 400, "encoding twice"),
        get("?encoding=json", 400, "lacks message"), get("?message=1", 400, "lacks encoding"),
        get("?encoding=xml&message=1", 415, "json or proto"),
        get("?encoding=proto&base64=1&message=!!!!", 400, "not base64"), get("?encoding=proto&message=%ff", 400, "UTF-8"),
        get("?encoding=json&message=%zz", 400, "hexadecimal"), get("?encoding=json&compression=br&message=1", 501, "use identity,gzip"),
        get("?connect=v9&encoding=json&message=1", 400, "v1"),
        get("?encoding=json&message=" + String(repeating: "1", count: 8_200), 414, "8192 bytes"),
        get("?encoding=json&message=" + String(repeating: "%5B", count: 1_500), 429, "more than 64 levels"),
    ]

    @Test("each is refused with its reason, and the node serves on", .timeLimit(.minutes(20)))
    func table() async throws {
        try await WebScene.with(limit: Self.limit, services: [FourKinds(), WebHealth()]) { caller, guardian in
            for abuse in Self.bodies + Self.types + Self.heads + Self.envelopes + Self.texts + Self.verbs + Self.gets {
                let answer = try await caller.call(
                    abuse.path, abuse.body, type: abuse.type, headers: abuse.headers, method: abuse.method)
                let text = abuse.type == "application/grpc-web-text" ? Self.decoded(answer.text) : answer.text
                #expect(answer.status == abuse.status && text.contains(abuse.says), "\(abuse): \(answer.status) \(text)")
                if let code = abuse.code { #expect(text.contains(code), "\(abuse): \(text)") }
                #expect(!answer.head.contains("access-control"), "\(abuse)")
                if abuse.status == 405 { #expect(answer.head.contains("allow: "), "\(abuse)") }
            }
            let head = try await caller.head("\(Self.service)/Do")
            #expect(head.hasPrefix("HTTP/2 405") && head.contains("allow: GET, POST\r\n"), "\(head)")
            #expect(!guardian.calls.contains { $0.hasSuffix(" OK") }, "\(guardian.calls)")
            let good = try await caller.call("\(Self.service)/Do", json: #"{"number":1}"#)
            #expect(good.text == #"{"number":2}"#)
        }
    }

    /// Texts in base64, one after the other, each padded.
    private static func decoded(_ text: String) -> String {
        var (bytes, quantum): ([UInt8], String) = ([], "")
        for character in text {
            quantum.append(character)
            guard quantum.count == 4 else { continue }
            bytes += [UInt8](Data(base64Encoded: quantum) ?? Data())
            quantum = ""
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("what inflates to more than the limit is given up before it does", .timeLimit(.minutes(20)))
    func bomb() async throws {
        try await WebScene.with(limit: Self.limit) { caller, _ in
            let bomb = try Gzip.compress([UInt8](repeating: 0x20, count: 1 << 18))
            #expect(bomb.count <= Self.limit)
            let unary = try await caller.call("\(Self.service)/Do", bomb, headers: ["content-encoding: gzip"])
            #expect(unary.status == 429 && unary.text.contains("over the limit of 2000 bytes once inflated"), "\(unary)")
            let stream = try await caller.call(
                "\(Self.service)/Collect", Envelope(bomb, flags: 1).bytes, type: "application/connect+json",
                headers: ["connect-content-encoding: gzip"])
            #expect(stream.end?.contains("resource_exhausted") == true, "\(stream)")
        }
    }

    @Test("a GET with a body is refused", .timeLimit(.minutes(20)))
    func body() async throws {
        try await WebScene.with(services: [WebHealth()]) { caller, _ in
            let answer = try await caller.call(
                "/grpc.health.v1.Health/Check?encoding=json&message=%7B%7D", [1], type: nil, method: "GET")
            #expect(answer.status == 400 && answer.text.contains("a GET came with a body"), "\(answer)")
        }
    }
}
