import SampanRPC
import Testing

@Suite("Metadata")
struct MetadataTests {
    @Test("keys are lower case, order is kept, keys may repeat")
    func order() throws {
        var metadata = Metadata()
        try metadata.append("1", for: "X-Key")
        try metadata.append("2", for: "x-key")
        try metadata.append([0, 255], for: "x-key-BIN")
        #expect(metadata.map(\.key) == ["x-key", "x-key", "x-key-bin"])
        #expect(metadata[ascii: "x-key"] == "1")
        #expect(metadata[binary: "x-key-bin"] == [0, 255])
        #expect(metadata[ascii: "x-key-bin"] == nil)
        #expect(metadata[binary: "x-key"] == nil)
        #expect(metadata[ascii: "X-Key"] == nil)
    }

    @Test("every legal key is taken", arguments: ["a", "0", "_", "-", ".", "a_b-c.0", "te-x", "grpc"])
    func legal(key: String) throws {
        var metadata = Metadata()
        try metadata.append("v", for: key)
        #expect(metadata.count == 1)
    }

    @Test(
        "others are refused for their reason",
        arguments: [
            ("", .illegalKey("")), ("a b", .illegalKey("a b")), (":path", .illegalKey(":path")), ("a\n", .illegalKey("a\n")),
            ("键", .illegalKey("键")), ("a\0", .illegalKey("a\0")), ("a=b", .illegalKey("a=b")), ("grpc-status", .reservedKey("grpc-status")),
            ("Grpc-X", .reservedKey("grpc-x")), ("grpc-x-bin", .reservedKey("grpc-x-bin")), ("te", .reservedKey("te")),
            ("content-type", .reservedKey("content-type")), ("Host", .reservedKey("host")), ("user-agent", .reservedKey("user-agent")),
            ("content-length", .reservedKey("content-length")), ("connection", .reservedKey("connection")),
            // RFC 9113 §8.2.2: a peer treats a head with these as malformed, so the call would be lost.
            ("keep-alive", .reservedKey("keep-alive")), ("proxy-connection", .reservedKey("proxy-connection")),
            ("transfer-encoding", .reservedKey("transfer-encoding")), ("upgrade", .reservedKey("upgrade")),
        ] as [(String, MetadataError)])
    func refused(key: String, reason: MetadataError) {
        var metadata = Metadata()
        #expect(throws: reason) { try metadata.append("v", for: key) }
        #expect(metadata.isEmpty)
    }

    @Test("the kind of the value follows the key")
    func kinds() {
        var metadata = Metadata()
        #expect(throws: MetadataError.textForBinaryKey("x-bin")) { try metadata.append("v", for: "x-bin") }
        #expect(throws: MetadataError.bytesForTextKey("x")) { try metadata.append([1], for: "x") }
    }

    @Test("text is printable ASCII", arguments: ["\n", "\t", "\0", "\u{7F}", "é", "号", "a\r\nb"])
    func text(value: String) {
        var metadata = Metadata()
        #expect(throws: MetadataError.valueNotPrintableASCII("x")) { try metadata.append(value, for: "x") }
    }

    @Test("blanks around a text are dropped, as HTTP/2 forbids them", arguments: [(" a b ", "a b"), ("  ", ""), ("", ""), ("~ ", "~")])
    func blanks(value: String, kept: String) throws {
        var metadata = Metadata()
        try metadata.append(value, for: "x")
        #expect(metadata[ascii: "x"] == kept)
    }
}
