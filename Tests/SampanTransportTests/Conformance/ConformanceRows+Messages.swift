import SampanSiege

extension ConformanceTests {
    private static let (protocolError, compressionError): (UInt32, UInt32) = (1, 9)

    private static func request(_ fields: [(String, String)]) -> [UInt8] {
        F.frame(F.headers, F.endHeaders, 1, fields.flatMap { F.field($0.0, $0.1) })
    }

    private static func request(adding name: String, _ value: String) -> [UInt8] { request(RawCaller.head + [(name, value)]) }

    /// RFC 9113 §8: a malformed request is a stream error (§8.1.1).
    static let messages: [Row] = [
        Row(
            "8.1", "trailers without END_STREAM", F.head(1, "/test.Echo/Up") + F.frame(F.headers, 4, 1, F.field("x-a", "1")),
            .either(1, protocolError)),
        Row("8.1", "trailers", F.head(1, "/test.Echo/Up") + F.frame(F.headers, 5, 1, F.field("x-a", "1")), .answered(1)),
        Row(
            "8.1", "a pseudo-header in trailers", F.head(1, "/test.Echo/Up") + F.frame(F.headers, 5, 1, F.field(":path", "/")),
            .either(1, protocolError)),
        Row(
            "8.1.1", "content-length unlike the content", request(adding: "content-length", "9") + F.frame(F.data, 1, 1, [0, 0, 0, 0, 0]),
            .either(1, protocolError)),
        Row("8.1.1", "content-length over 2^63", request(adding: "content-length", "99999999999999999999"), .either(1, protocolError)),
        Row("8.2.1", "an upper-case name", request(adding: "X-A", "1"), .either(1, protocolError)),
        Row("8.2.1", "an empty name", request(adding: "", "1"), .either(1, protocolError)),
        Row("8.2.1", "a line feed in a value", request(adding: "x-a", "1\n2"), .either(1, protocolError)),
        Row("8.2.1", "a NUL in a value", request(adding: "x-a", "1\0"), .either(1, protocolError)),
        Row("8.2.1", "a colon inside a name", request(adding: "x:a", "1"), .either(1, protocolError)),
        Row("8.2.1", "a space around a value", request(adding: "x-a", " 1 "), .either(1, protocolError)),
        Row("8.2.2", "connection", request(adding: "connection", "close"), .either(1, protocolError)),
        Row("8.2.2", "transfer-encoding", request(adding: "transfer-encoding", "chunked"), .either(1, protocolError)),
        Row("8.2.2", "upgrade", request(adding: "upgrade", "h2c"), .either(1, protocolError)),
        Row(
            "8.2.2", "te other than trailers", request(RawCaller.head.map { $0.0 == "te" ? ("te", "gzip") : $0 }), .either(1, protocolError)
        ),
        Row("8.3", "an unknown pseudo-header", request([(":sampan", "1")] + RawCaller.head), .either(1, protocolError)),
        Row("8.3", "a pseudo-header of answers", request([(":status", "200")] + RawCaller.head), .either(1, protocolError)),
        Row(
            "8.3", "a pseudo-header after a field", request(RawCaller.head.filter { $0.0 != ":path" } + [(":path", "/")]),
            .either(1, protocolError)),
        Row("8.3.1", "two :path", request([(":path", "/")] + RawCaller.head), .either(1, protocolError)),
        Row("8.3.1", "no :method", F.frame(F.headers, 4, 1, F.block(without: ":method")), .either(1, protocolError)),
        Row("8.3.1", "no :scheme", F.frame(F.headers, 4, 1, F.block(without: ":scheme")), .either(1, protocolError)),
        Row("8.3.1", "no :path", F.frame(F.headers, 4, 1, F.block(without: ":path")), .either(1, protocolError)),
        Row("8.3.1", "an empty :path", F.frame(F.headers, 4, 1, F.block("")), .either(1, protocolError)),
        Row(
            "8.5", "CONNECT with a :path", request(RawCaller.head.map { $0.0 == ":method" ? (":method", "CONNECT") : $0 }),
            .either(1, protocolError)),
    ]

    private static func block(_ bytes: [UInt8]) -> [UInt8] { F.frame(F.headers, F.endHeaders, 1, bytes) }

    /// RFC 7541: whatever cannot be decoded is a connection error (RFC 9113 §4.3).
    static let compression: [Row] = [
        Row(
            "H2.3.2", "indexed fields of the static table", block([0x83, 0x86] + rest) + F.frame(F.data, 1, 1, [0, 0, 0, 0, 0]),
            .answered(1)),
        Row("H2.3.3", "an index past both tables", block([0xFF, 0x7F]), .connection(compressionError)),
        Row("H4.2", "a table size over the setting", block([0x3F, 0xE2, 0x1F] + F.block()), .connection(compressionError)),
        Row("H4.2", "a table size after a field", block(F.block() + [0x20]), .connection(compressionError)),
        Row("H4.2", "a table size of zero, first", block([0x20] + F.block()) + F.frame(F.data, 1, 1, [0, 0, 0, 0, 0]), .answered(1)),
        Row("H5.1", "an integer without end", block([0xFF] + [UInt8](repeating: 0xFF, count: 20)), .connection(compressionError)),
        Row("H5.1", "an integer that is cut", block([0xFF]), .connection(compressionError)),
        Row("H5.2", "a text over its block", block([0x00, 0x05, 0x61]), .connection(compressionError)),
        Row("H5.2", "Huffman with the end symbol", block([0x00, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x61]), .connection(compressionError)),
        Row("H5.2", "Huffman padding of zeroes", block([0x00, 0x81, 0x18, 0x01, 0x61]), .connection(compressionError)),
        Row("H5.2", "Huffman padding of more than 7 bits", block([0x00, 0x82, 0x1F, 0xFF, 0x01, 0x61]), .connection(compressionError)),
        Row("H6.1", "index 0", block([0x80]), .connection(compressionError)),
        Row(
            "H6.2.3", "never indexed", block(F.block() + F.field("x-a", "1", first: 0x10)) + F.frame(F.data, 1, 1, [0, 0, 0, 0, 0]),
            .answered(1)),
        Row(
            "H6.2", "an indexed entry used by the next stream",
            block(F.block() + F.field("x-a", "1", first: 0x40)) + F.frame(F.data, 1, 1, [0, 0, 0, 0, 0])
                + F.frame(F.headers, 4, 3, F.block() + [0xBE]) + F.frame(F.data, 1, 3, [0, 0, 0, 0, 0]), .answered(3)),
    ]

    /// A request's fields but for `:method POST` and `:scheme http`, which the static table has.
    private static let rest = RawCaller.head.filter { $0.0 != ":method" && $0.0 != ":scheme" }.flatMap { F.field($0.0, $0.1) }
}
