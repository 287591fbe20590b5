import Testing

@testable import SampanJSON

@Suite("JSON text (RFC 8259)")
struct JSONParserTests {
    private static func outcome(_ text: [UInt8], _ limits: JSONLimits = .default) -> String {
        do throws(JSONError) {
            _ = try JSONParser.value(of: text, limits: limits)
            return "ok"
        } catch {
            return error.description
        }
    }

    @Test(
        "is read",
        arguments: [
            "null", " true ", "\t\n\r false", "0", "-0", "1.5e+10", "1E-2", "\"\"", "[]", "{}", "[1,2]", "{\"a\":{\"a\":[]}}",
            "\"\\u0000\"",
            "\"\\ud83c\\udfe5\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "{\"\\u00e9\":1,\"e\\u0301\":2}", "\"\u{7f}\"",
            "123456789012345678901234567890",
        ])
    func accepted(text: String) { #expect(Self.outcome(Array(text.utf8)) == "ok") }

    @Test(
        "is refused, with the place",
        arguments: [
            ("", "line 1, column 1: the text ends before the value does"), ("  ", "line 1, column 3: the text ends before the value does"),
            ("nul", "line 1, column 4: the text ends"), ("nulL", "line 1, column 4: a character"),
            ("True", "line 1, column 1: a character"),
            ("[1,]", "line 1, column 4: a character"), ("[1 2]", "line 1, column 4: a character"),
            ("{\"a\":1,}", "line 1, column 8: a character"),
            ("{a:1}", "line 1, column 2: a character"), ("{\"a\" 1}", "line 1, column 6: a character"),
            ("1 1", "line 1, column 3: something"),
            ("[", "line 1, column 2: the text ends"), ("{", "line 1, column 2: the text ends"), ("[1", "line 1, column 3: the text ends"),
            ("01", "line 1, column 1: this is no number"), ("-", "line 1, column 1: this is no number"),
            ("1.", "line 1, column 1: this is no"),
            (".5", "line 1, column 1: a character"), ("+1", "line 1, column 1: a character"), ("1e", "line 1, column 1: this is no number"),
            ("NaN", "line 1, column 1: a character"), ("'a'", "line 1, column 1: a character"), ("\"a", "line 1, column 3: the text ends"),
            ("\"\\x\"", "line 1, column 2: this is no escape"), ("\"\\u12g4\"", "line 1, column 2: this is no escape"),
            ("\"\\", "line 1, column 3"),
            ("\"\\u12", "line 1, column 2: this is no escape"), ("\"\\ud800\"", "line 1, column 2: half of a surrogate"),
            ("\"\\udc00\"", "line 1, column 2: half"), ("\"\\ud800\\u0041\"", "line 1, column 2: half"),
            ("\"\t\"", "line 1, column 2: a control"),
            ("{\"a\":1,\n\"a\":2}", "line 2, column 1: the object has this name"),
            ("{\"a\":1,\"\\u0061\":2}", "line 1, column 8: the object"),
            ("// c\n1", "line 1, column 1: a character"), ("\u{FEFF}1", "line 1, column 1: a character"), ("{\"中\":x}", "line 1, column 6"),
        ])
    func refused(text: String, why: String) {
        let outcome = Self.outcome(Array(text.utf8))
        #expect(outcome.hasPrefix(why), "\(outcome)")
    }

    @Test(
        "must be UTF-8", arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE4, 0xB8]])
    func utf8(text: [UInt8]) { #expect(Self.outcome(text) == "the text is not UTF-8") }

    @Test("is bounded in length, depth and number of values: the limit itself is allowed")
    func limits() {
        var limits = JSONLimits()
        limits.maximumTextBytes = 10
        #expect(Self.outcome(Array("[1,2,3,45]".utf8), limits) == "ok")
        #expect(Self.outcome(Array("[1,2,3,456]".utf8), limits) == "the text has more than 10 bytes")
        let nested = { (count: Int) in
            [UInt8](repeating: UInt8(ascii: "["), count: count) + [UInt8](repeating: UInt8(ascii: "]"), count: count)
        }
        #expect(Self.outcome(nested(64)) == "ok")
        #expect(Self.outcome(nested(65)) == "more than 64 levels stand in one another")
        #expect(Self.outcome([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)) == "more than 64 levels stand in one another")
        limits = JSONLimits(maximumDepth: 1_000, maximumValues: 4)
        #expect(limits.maximumDepth == 100)
        #expect(Self.outcome(Array("[1,2,3]".utf8), limits) == "ok")
        #expect(Self.outcome(Array("[1,2,3,4]".utf8), limits) == "there are more than 4 values")
    }

    @Test("several values may stand behind one another")
    func several() throws {
        var parser = try JSONParser(Array(" {} [1]\n2 \"x\"true".utf8), limits: .default)
        var count = 0
        while try parser.next() != nil { count += 1 }
        #expect(count == 5)
    }

    @Test(
        "numbers are whole without rounding",
        arguments: [
            ("0", .whole(isNegative: false, magnitude: 0)), ("-0", .whole(isNegative: true, magnitude: 0)),
            ("0.000", .whole(isNegative: false, magnitude: 0)), ("0e999999999999", .whole(isNegative: false, magnitude: 0)),
            ("1.0", .whole(isNegative: false, magnitude: 1)), ("1e3", .whole(isNegative: false, magnitude: 1_000)),
            ("1500e-2", .whole(isNegative: false, magnitude: 15)), ("-12.50e1", .whole(isNegative: true, magnitude: 125)),
            ("18446744073709551615", .whole(isNegative: false, magnitude: .max)), ("18446744073709551616", .tooLarge),
            ("9007199254740993", .whole(isNegative: false, magnitude: 9_007_199_254_740_993)),
            ("1e19", .whole(isNegative: false, magnitude: 10_000_000_000_000_000_000)), ("1e20", .tooLarge),
            ("1e999999999999999999999", .tooLarge),
            ("1e-999999999999999999999", .fraction), ("0.5", .fraction), ("1.0000000000000000000001", .fraction),
            ("100000000000000000000000000000e-28", .whole(isNegative: false, magnitude: 10)),
        ] as [(String, NumberText.Whole)])
    func whole(text: String, is whole: NumberText.Whole) { #expect(NumberText.whole(Array(text.utf8)) == whole) }
}
