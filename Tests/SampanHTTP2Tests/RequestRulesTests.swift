@testable import SampanHTTP2
import Testing

@Suite("RFC 9113 §8: what makes a request malformed")
struct RequestRulesTests {
    enum Outcome: Equatable, Sendable {
        case whole
        /// The field that was refused first.
        case refused(Int)
        /// Every field may be there, but the section is none.
        case incomplete
    }

    private static func outcome(_ fields: [(String, String)], isTrailer: Bool = false, endStream: Bool = false) -> Outcome {
        var rules = RequestRules(isTrailer: isTrailer)
        for (index, field) in fields.enumerated() {
            let isTaken = unsafe Array(field.0.utf8).withUnsafeBytes { name in
                unsafe Array(field.1.utf8).withUnsafeBytes { unsafe rules.take(name: name, value: $0) }
            }
            guard isTaken else { return .refused(index) }
        }
        return rules.isComplete(endStream: endStream) ? .whole : .incomplete
    }

    private static let head = [(":method", "POST"), (":scheme", "https"), (":path", "/a.S/M"), (":authority", "h:1")]

    private static func head(_ name: String, _ value: String?) -> [(String, String)] {
        head.compactMap { field in field.0 == name ? value.map { (name, $0) } : field }
    }

    struct Row: Sendable {
        let fields: [(String, String)]
        let outcome: Outcome

        init(_ fields: [(String, String)], _ outcome: Outcome) { (self.fields, self.outcome) = (fields, outcome) }
    }

    private static let rows: [Row] = [
        Row(head, .whole), Row(head.reversed(), .whole),
        Row(head(":method", nil), .incomplete), Row(head(":scheme", nil), .incomplete), Row(head(":path", nil), .incomplete),
        Row(head(":authority", nil), .incomplete), Row(head(":authority", nil) + [("host", "h")], .whole),
        Row(head + [(":path", "/")], .refused(4)), Row(head + [(":method", "POST")], .refused(4)),
        Row(head + [(":scheme", "http")], .refused(4)), Row(head + [(":authority", "h")], .refused(4)),
        Row(head + [(":status", "200")], .refused(4)), Row(head + [(":sampan", "1")], .refused(4)),
        Row([("te", "trailers")] + head, .refused(1)),
        Row(head(":path", ""), .refused(2)), Row(head(":path", "a"), .incomplete), Row(head(":path", "*"), .incomplete),
        Row(head(":path", "/a b"), .refused(2)), Row(head(":path", "/a#b"), .whole),
        Row(head(":method", "P T"), .refused(0)), Row(head(":method", ""), .refused(0)), Row(head(":scheme", "ht tp"), .refused(1)),
        Row(head(":scheme", "urn"), .whole), Row(head(":authority", "h/"), .refused(3)),
        Row([(":method", "OPTIONS"), (":scheme", "http"), (":path", "*"), (":authority", "h")], .whole),
        Row([(":method", "CONNECT"), (":authority", "h")], .whole), Row([(":method", "CONNECT")], .incomplete),
        Row([(":method", "CONNECT"), (":authority", "h"), (":path", "/")], .incomplete),
    ]

    @Test("pseudo-headers", arguments: 0..<rows.count)
    func pseudoHeaders(index: Int) {
        let row = Self.rows[index]
        #expect(Self.outcome(row.fields) == row.outcome, "\(row.fields)")
    }

    @Test(
        "fields",
        arguments: [
            ("te", "trailers", true), ("te", "gzip", false), ("connection", "close", false), ("keep-alive", "1", false),
            ("proxy-connection", "x", false), ("transfer-encoding", "chunked", false), ("upgrade", "h2c", false), ("x", "", true),
            ("X-a", "1", false), ("x:a", "1", false), ("", "1", false), ("x-a", "1\n", false), ("x-a", "\t1", false), ("x-a", "1 ", false),
            ("x-a", "1\t2", true), ("x-a", "病人", true), ("x-a", "1\u{7F}", false), ("host", "h", true), ("host", "h/", false),
            ("content-length", "0", true), ("content-length", "", false), ("content-length", "-1", false), ("content-length", "+1", false),
            ("content-length", "1 ", false), ("content-length", "9223372036854775807", true),
            ("content-length", "9223372036854775808", false),
        ])
    func fields(name: String, value: String, isGood: Bool) {
        #expect(Self.outcome(Self.head + [(name, value)]) == (isGood ? .whole : .refused(4)))
    }

    @Test("what may be there once", arguments: ["host", "content-length"])
    func twice(name: String) {
        #expect(Self.outcome(Self.head + [(name, "1"), (name, "1")]) == .refused(5))
    }

    @Test("trailers have no pseudo-headers, and nothing after them")
    func trailers() {
        #expect(Self.outcome([("x-a", "1")], isTrailer: true, endStream: true) == .whole)
        #expect(Self.outcome([], isTrailer: true, endStream: true) == .whole)
        #expect(Self.outcome([("x-a", "1")], isTrailer: true) == .incomplete)
        #expect(Self.outcome([(":path", "/")], isTrailer: true, endStream: true) == .refused(0))
        #expect(Self.outcome([("content-length", "1")], isTrailer: true, endStream: true) == .refused(0))
    }
}
