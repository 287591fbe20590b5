import SampanJSON
import Testing

@Suite("Places in JSON")
struct JSONPlaceTests {
    private let limits = JSONLimits(maximumTextBytes: 1_000, maximumDepth: 8, maximumValues: 100, maximumOutputBytes: 1_000)

    private func places(_ text: String) throws -> [String: String] {
        let bytes = Array(text.utf8)
        var found: [String: String] = [:]
        for place in try JSONPlace.list(bytes, limits: limits) {
            found[String(decoding: place.name, as: UTF8.self)] = String(decoding: bytes[place.range], as: UTF8.self)
        }
        return found
    }

    @Test("a member's bytes are those of the text, without the blanks around it")
    func exact() throws {
        #expect(
            try places(" { \"a\" : {\"b\": [1 , 2]} ,\n\"c\\u0064\":\"\\/\", \"e\":-1.50e1 , \"f\":null} ") == [
                "a": "{\"b\": [1 , 2]}", "cd": "\"\\/\"", "e": "-1.50e1", "f": "null",
            ])
        #expect(try places("{}").isEmpty)
        #expect(try places("{ }").isEmpty)
    }

    @Test(
        "what is no object, or not strict, has no places",
        arguments: ["", "[]", "1", "{\"a\":1,\"a\":2}", "{\"a\":1,}", "{\"a\":1} x", "{\"a\" 1}", "{"])
    func refused(text: String) {
        #expect(throws: JSONError.self) { try places(text) }
    }
}

@Suite("Strict base64")
struct StrictBase64Tests {
    @Test("one text for the same bytes", arguments: ["", "AA==", "AAA=", "AAAA", "+/+/"])
    func good(text: String) {
        let bytes = Base64Text.decodeStrictly(Array(text.utf8))
        #expect(bytes.map { Base64Text.encode($0[...]) } == Array(text.utf8))
    }

    @Test(
        "any other way of writing them is refused",
        arguments: ["A", "AA", "AAA", "AB==", "AAB=", "-_-_", "AAAA\n", " AAA", "AA=A", "====", "A=="])
    func bad(text: String) {
        #expect(Base64Text.decodeStrictly(Array(text.utf8)) == nil)
    }
}
