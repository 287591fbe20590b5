@testable import SampanRPC
import Testing

@Suite("The head of a call, on the server")
struct RequestHeadTests {
    static let good = [
        (":method", "POST"), (":scheme", "http"), (":path", "/a.S/M"), (":authority", "h"), ("te", "trailers"),
        ("content-type", "application/grpc"),
    ]

    private static func read(_ fields: [(String, String)]) throws -> RequestHead {
        let routes = try RouteTable([FakeService([MethodDescriptor(service: "a.S", name: "M", kind: .unary)])])
        var head = RequestHead()
        for (name, value) in fields { head.append(name: Array(name.utf8).span, value: Array(value.utf8).span) { routes[$0] } }
        return head
    }

    /// The verdict as text: `accept`, an HTTP status, or the name of a gRPC code.
    private static func verdict(_ fields: [(String, String)], isRouted: Bool = false) throws -> String {
        var head = try read(fields)
        switch head.verdict(isRouted: isRouted) {
        case .route(let path): return "route \(path)"
        case .accept(let handler): return "accept \(handler.method)"
        case .refuse(let status): return "\(status)"
        case .fail(let error): return "\(error.code)"
        }
    }

    private static func replacing(_ name: String, _ value: String?) -> [(String, String)] {
        good.filter { $0.0 != name } + (value.map { [(name, $0)] } ?? [])
    }

    @Test(
        "a priority that is known counts, and is no metadata; the last one where there are several",
        arguments: [
            ([], nil), (["background"], .background), (["normal"], .normal), (["high"], .high), (["critical"], .critical), (["High"], nil),
            (["urgent"], nil), ([""], nil), (["high "], nil), (["high", "background"], .background), (["high", "x"], nil),
        ] as [([String], CallPriority?)])
    func priority(values: [String], priority: CallPriority?) throws {
        let head = try Self.read(Self.good + values.map { ("sampan-priority", $0) })
        #expect(head.priority == priority && head.metadata.isEmpty)
    }

    @Test(
        "attempts before this one",
        arguments: [("0", 0), ("1", 1), ("999999999", 999_999_999), ("1000000000", 0), ("-1", 0), ("", 0), ("two", 0)] as [(String, Int32)])
    func attempts(value: String, count: Int32) throws {
        let head = try Self.read(Self.good + [("grpc-previous-rpc-attempts", value)])
        #expect(head.previousAttempts == count && head.metadata.isEmpty)
    }

    @Test(
        "what a head says of its way, with a router and without",
        arguments: [
            ([], "accept a.S/M", "accept a.S/M"), ([("sampan-to", "4699010002")], "route /a.S/M", "UNIMPLEMENTED"),
            ([("sampan-via", "a/1,b/2,c/3,d/4")], "route /a.S/M", "UNIMPLEMENTED"),
            ([("sampan-caller-bin", "AQ")], "route /a.S/M", "UNIMPLEMENTED"),
            ([("sampan-via", "a/1,b/2,c/3,d/4,e/5")], "INTERNAL", "INTERNAL"),
            ([("sampan-to", "a"), ("sampan-to", "b")], "INTERNAL", "INTERNAL"), ([("sampan-to", "")], "INTERNAL", "INTERNAL"),
            ([("sampan-to", "a b")], "INTERNAL", "INTERNAL"), ([("sampan-to", "县医院")], "INTERNAL", "INTERNAL"),
            ([("sampan-caller-bin", "4096 x")], "route /a.S/M", "UNIMPLEMENTED"),
            ([("sampan-caller-bin", "4097 x")], "INTERNAL", "INTERNAL"),
            ([("grpc-encoding", "br"), ("sampan-to", "a")], "UNIMPLEMENTED", "UNIMPLEMENTED"),
        ] as [([(String, String)], String, String)])
    func way(fields: [(String, String)], routed: String, unrouted: String) throws {
        let fields = fields.map { name, value in
            (name, value.hasSuffix(" x") ? String(repeating: "x", count: Int(value.dropLast(2)) ?? 0) : value)
        }
        #expect(try Self.verdict(Self.good + fields, isRouted: true) == routed)
        #expect(try Self.verdict(Self.good + fields) == unrouted)
        #expect(try Self.verdict(Self.replacing(":path", "/x.Y/Z"), isRouted: true) == "route /x.Y/Z")
        #expect(try Self.read(Self.good + fields).metadata.isEmpty)
    }

    @Test(
        "each verdict",
        arguments: [
            (":method", "POST", "accept a.S/M"), (":method", "GET", "405"), (":method", "post", "405"), (":method", nil, "405"),
            ("content-type", "application/grpc", "accept a.S/M"), ("content-type", "application/grpc+proto", "accept a.S/M"),
            ("content-type", "application/grpc;charset=x", "accept a.S/M"), ("content-type", "application/grpc-web", "415"),
            ("content-type", "application/grpc-web+proto", "415"), ("content-type", "application/grpcx", "415"),
            ("content-type", "application/json", "415"), ("content-type", "", "415"), ("content-type", nil, "415"),
            ("te", "trailers", "accept a.S/M"), ("te", nil, "INTERNAL"), ("te", "gzip", "INTERNAL"),
            (":path", "/a.S/N", "UNIMPLEMENTED"), (":path", "/a.S/M/", "UNIMPLEMENTED"), (":path", "a.S/M", "UNIMPLEMENTED"),
            (":path", "/", "UNIMPLEMENTED"), ("grpc-timeout", "1S", "accept a.S/M"), ("grpc-timeout", "99999999H", "accept a.S/M"),
            ("grpc-timeout", "100000000S", "INTERNAL"), ("grpc-timeout", "", "INTERNAL"), ("grpc-encoding", "identity", "accept a.S/M"),
            ("grpc-encoding", "gzip", "accept a.S/M"), ("grpc-encoding", "deflate", "UNIMPLEMENTED"),
            ("grpc-encoding", "", "UNIMPLEMENTED"), ("grpc-accept-encoding", "gzip", "accept a.S/M"), ("x-bin", "AAE", "accept a.S/M"),
            ("x-bin", "", "accept a.S/M"), ("x-bin", "A", "INTERNAL"), ("x-bin", "AAE,?", "INTERNAL"), ("x", "?", "accept a.S/M"),
        ] as [(String, String?, String)])
    func verdicts(name: String, value: String?, expected: String) throws {
        #expect(try Self.verdict(Self.replacing(name, value)) == expected)
    }

    @Test("metadata is what is nobody else's")
    func metadata() throws {
        let head = try Self.read(
            Self.good + [
                ("x-a", "1"), ("user-agent", "u"), ("grpc-timeout", "5S"), ("grpc-tags-bin", "AA"), ("x-b-bin", "AAE=,Ag"), ("x-a", "2"),
                ("host", "h"), ("content-length", "3"), ("accept-encoding", "x"),
            ])
        #expect(head.timeoutNanoseconds == 5_000_000_000)
        #expect(head.metadata.map(\.key) == ["x-a", "x-b-bin", "x-b-bin", "x-a"])
        #expect(head.metadata.map(\.value) == [.ascii("1"), .binary([0, 1]), .binary([2]), .ascii("2")])
    }

    @Test("one field of commas is not thousands of entries", arguments: [(511, "accept a.S/M"), (512, "INTERNAL"), (16_000, "INTERNAL")])
    func amplified(commas: Int, expected: String) throws {
        let fields = Self.good + [("x-bin", String(repeating: ",", count: commas))]
        #expect(try Self.verdict(fields) == expected)
        #expect(try Self.read(fields).metadata.count == 512)
    }

    @Test("fields of text are counted too", arguments: [(512, "accept a.S/M"), (513, "INTERNAL")])
    func manyFields(count: Int, expected: String) throws {
        #expect(try Self.verdict(Self.good + (0..<count).map { ("x-\($0)", "1") }) == expected)
    }
}
