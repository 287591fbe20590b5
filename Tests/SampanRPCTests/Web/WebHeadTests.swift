@testable import SampanRPC
import Testing

@Suite("The head of a request by a door to the web")
struct WebHeadTests {
    private static let served = [
        MethodDescriptor(service: "a.S", name: "Get", kind: .unary, idempotency: .noSideEffects),
        MethodDescriptor(service: "a.S", name: "Put", kind: .unary, idempotency: .idempotent),
        MethodDescriptor(service: "a.S", name: "Watch", kind: .serverStreaming, idempotency: .noSideEffects),
    ]
    /// Declared by a contract, and served elsewhere.
    private static let known = MethodDescriptor(service: "far.S", name: "Get", kind: .unary, idempotency: .noSideEffects)

    private static func head(_ fields: [(String, String)]) throws -> (RequestHead, RouteTable) {
        let routes = try RouteTable([FakeService(served)])
        var head = RequestHead()
        for (name, value) in fields { head.append(name: Array(name.utf8).span, value: Array(value.utf8).span) { routes[$0] } }
        return (head, routes)
    }

    /// The verdict as text.
    private static func verdict(_ fields: [(String, String)], isRouted: Bool = false) throws -> String {
        var (head, routes) = try head(fields)
        func text(_ request: WebRequest) -> String {
            var text = request.content.name + (request.encoding == .gzip ? " gzip" : "") + (request.acceptsGzip ? " takes-gzip" : "")
            if let message = request.message { text += " \(String(decoding: message, as: UTF8.self))" }
            return text
        }
        switch head.webVerdict(isRouted: isRouted, route: { routes[$0] }, contract: { $0 == known.path ? known : nil }) {
        case .preflight(let origin): return "preflight \(origin)"
        case .call(let handler, let request): return "call \(handler.method) \(text(request))"
        case .route(let path, let request): return "route \(path) \(text(request))"
        case .fail(let error, let content): return "\(error.code) \(content.name)"
        case .refuse(let refusal): return "\(refusal.status)"
        }
    }

    private static func post(_ path: String, _ type: String, _ more: [(String, String)] = []) -> [(String, String)] {
        [(":method", "POST"), (":path", path), ("content-type", type)] + more
    }

    private static func get(_ path: String, _ more: [(String, String)] = []) -> [(String, String)] {
        [(":method", "GET"), (":path", path)] + more
    }

    @Test(
        "types and kinds: unary methods have others than streams in Connect, and the same in gRPC-Web",
        arguments: [
            ("/a.S/Put", "application/json", "call a.S/Put application/json"),
            ("/a.S/Put", "application/proto", "call a.S/Put application/proto"),
            ("/a.S/Put", "application/json; charset=utf-8", "call a.S/Put application/json"),
            ("/a.S/Put", "application/connect+json", "415"),
            ("/a.S/Put", "application/connect+proto", "415"), ("/a.S/Watch", "application/json", "415"),
            ("/a.S/Watch", "application/connect+json", "call a.S/Watch application/connect+json"),
            ("/a.S/Watch", "application/connect+proto", "call a.S/Watch application/connect+proto"),
            ("/a.S/Watch", "application/connect+xml", "415"), ("/a.S/Watch", "application/connect", "415"),
            ("/a.S/Watch", "application/grpc-web", "call a.S/Watch application/grpc-web+proto"),
            ("/a.S/Put", "application/grpc-web-text", "call a.S/Put application/grpc-web-text+proto"), ("/a.S/Put", "text/plain", "415"),
            ("/a.S/No", "application/json", "UNIMPLEMENTED application/json"),
            ("/a.S/No", "application/connect+proto", "UNIMPLEMENTED application/connect+proto"),
            ("/far.S/Get", "application/connect+json", "415"),
        ])
    func kinds(path: String, type: String, expected: String) throws {
        #expect(try Self.verdict(Self.post(path, type)) == expected)
    }

    @Test(
        "GET is for unary methods without side effects, served here or known by contract",
        arguments: [
            ("/a.S/Get?encoding=json&message=1", "call a.S/Get application/json 1", "call a.S/Get application/json 1"),
            ("/a.S/Get?encoding=proto&message=", "call a.S/Get application/proto ", "call a.S/Get application/proto "),
            ("/a.S/Get", "INVALID_ARGUMENT application/json", "INVALID_ARGUMENT application/json"),
            ("/a.S/Get?", "INVALID_ARGUMENT application/json", "INVALID_ARGUMENT application/json"),
            ("/a.S/Put?encoding=json&message=1", "405", "405"), ("/a.S/Put", "405", "405"),
            ("/a.S/Watch?encoding=json&message=1", "405", "405"),
            ("/far.S/Get?encoding=json&message=1", "UNIMPLEMENTED application/json", "route /far.S/Get application/json 1"),
            ("/no.S/Get?encoding=json&message=1", "405", "405"), ("/", "405", "405"), ("", "405", "405"), ("*", "405", "405"),
            ("/a.S/Get?encoding=xml&message=1", "415", "415"),
            ("/a.S/Get?encoding=json&message=a&message=a", "INVALID_ARGUMENT application/json", "INVALID_ARGUMENT application/json"),
        ])
    func gets(path: String, alone: String, routed: String) throws {
        #expect(try Self.verdict(Self.get(path)) == alone)
        #expect(try Self.verdict(Self.get(path), isRouted: true) == routed)
    }

    @Test("a query of 8 KiB is read, one byte more is not", arguments: [(8 * 1_024, "call"), (8 * 1_024 + 1, "414")])
    func length(bytes: Int, expected: String) throws {
        let start = "/a.S/Get?encoding=json&message="
        let verdict = try Self.verdict(Self.get(start + String(repeating: "1", count: bytes - start.utf8.count)))
        #expect(verdict.hasPrefix(expected))
    }

    @Test(
        "compression by the field of each protocol; who does not say what he takes, takes what he sends",
        arguments: [
            ("application/json", [("content-encoding", "gzip")], "application/json gzip takes-gzip"),
            ("application/json", [("content-encoding", "gzip"), ("accept-encoding", "br")], "application/json gzip"),
            ("application/json", [("accept-encoding", "deflate, gzip, br")], "application/json takes-gzip"),
            ("application/json", [("content-encoding", "identity")], "application/json"),
            ("application/json", [("content-encoding", "br")], "no"),
            ("application/json", [("content-encoding", "gzip"), ("content-encoding", "gzip")], "bad"),
            ("application/json", [("grpc-encoding", "gzip")], "no"),
            ("application/json", [("connect-content-encoding", "gzip")], "application/json"),
            (
                "application/grpc-web", [("grpc-encoding", "gzip"), ("grpc-accept-encoding", "gzip")],
                "application/grpc-web+proto gzip takes-gzip"
            ),
            ("application/grpc-web", [("content-encoding", "gzip")], "no"), ("application/grpc-web", [("grpc-encoding", "br")], "no"),
        ] as [(String, [(String, String)], String)])
    func encodings(type: String, fields: [(String, String)], expected: String) throws {
        let verdict = try Self.verdict(Self.post("/a.S/Put", type, fields))
        switch expected {
        case "no": #expect(verdict.hasPrefix("UNIMPLEMENTED"))
        case "bad": #expect(verdict.hasPrefix("INVALID_ARGUMENT"))
        default: #expect(verdict == "call a.S/Put \(expected)")
        }
    }

    @Test(
        "streams of Connect name theirs in fields of their own",
        arguments: [
            ([("connect-content-encoding", "gzip")], " gzip takes-gzip"), ([("connect-accept-encoding", "br, gzip")], " takes-gzip"),
            ([("connect-content-encoding", "gzip"), ("connect-accept-encoding", "identity")], " gzip"), ([("accept-encoding", "gzip")], ""),
            ([("content-encoding", "gzip")], nil), ([("connect-content-encoding", "zstd")], nil),
        ] as [([(String, String)], String?)])
    func streamEncodings(fields: [(String, String)], expected: String?) throws {
        let verdict = try Self.verdict(Self.post("/a.S/Watch", "application/connect+proto", fields))
        #expect(verdict == expected.map { "call a.S/Watch application/connect+proto\($0)" } ?? "UNIMPLEMENTED application/connect+proto")
    }

    @Test(
        "versions, timeouts and ways: what is malformed, said twice, or for nodes only is refused",
        arguments: [
            ([("connect-protocol-version", "1")], "call"), ([("connect-protocol-version", "2")], "INVALID_ARGUMENT"),
            ([("connect-protocol-version", "1"), ("connect-protocol-version", "1")], "INVALID_ARGUMENT"),
            ([("connect-timeout-ms", "9999999999")], "call"), ([("connect-timeout-ms", "10000000000")], "INVALID_ARGUMENT"),
            ([("connect-timeout-ms", "")], "INVALID_ARGUMENT"), ([("connect-timeout-ms", "-1")], "INVALID_ARGUMENT"),
            ([("connect-timeout-ms", "1"), ("connect-timeout-ms", "2")], "INVALID_ARGUMENT"), ([("grpc-timeout", "1")], "INVALID_ARGUMENT"),
            ([("sampan-to", "4699010002")], "route"), ([("sampan-to", "a"), ("sampan-to", "b")], "INVALID_ARGUMENT"),
            ([("sampan-via", "a/1")], "UNIMPLEMENTED"), ([("sampan-caller-bin", "AQ")], "UNIMPLEMENTED"),
            ([("x-bin", "?")], "INVALID_ARGUMENT"),
        ] as [([(String, String)], String)])
    func fields(fields: [(String, String)], expected: String) throws {
        let verdict = try Self.verdict(Self.post("/a.S/Put", "application/json", fields), isRouted: true)
        #expect(verdict.hasPrefix(expected), "\(verdict)")
    }

    @Test("what a browser and the doors say is no metadata of the call")
    func metadata() throws {
        let own = ["origin", "cookie", "referer", "accept", "connect-timeout-ms", "sec-fetch-site", "x-grpc-web", "content-encoding"]
        let values = ["connect-timeout-ms": "5", "content-encoding": "gzip"]
        var (head, routes) = try Self.head(
            Self.post("/a.S/Put", "application/json", own.map { ($0, values[$0] ?? "x") } + [("x-a", "1"), ("traceparent", "t")]))
        #expect(head.origin == "x")
        guard case .call = head.webVerdict(isRouted: false, route: { routes[$0] }, contract: { _ in nil }) else {
            Issue.record("refused")
            return
        }
        #expect(head.metadata.map(\.key) == ["x-a", "traceparent"] && head.timeoutNanoseconds == 5_000_000)
        _ = routes
    }

    @Test(
        "a page of another site is known by what its browser says",
        arguments: [(nil, false), ("none", false), ("same-origin", false), ("same-site", true), ("cross-site", true), ("", true)]
            as [(String?, Bool)])
    func sites(value: String?, isOther: Bool) throws {
        let (head, _) = try Self.head(Self.get("/a.S/Get", value.map { [("sec-fetch-site", $0)] } ?? []))
        #expect(head.isOfAnotherSite == isOther)
    }
}
