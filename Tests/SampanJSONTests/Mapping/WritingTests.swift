import SampanAPI
import SampanJSON
import SampanProtobuf
import SampanTestMessages
import SampanTestSupport
import Testing

@Suite("Messages to JSON (ProtoJSON)")
struct WritingTests {
    @Test("fields stand in the order of their numbers, 64-bit numbers as text, maps in the order of their keys")
    func values() throws {
        var message = TestV1.EveryKind(
            fDouble: 1, fFloat: 0.1, fInt32: -1, fInt64: .min, fUint64: .max, fBool: true, fString: "a\"\\\n\u{1}医")
        message.fBytes = [0xFB, 0xFF]
        message.fColor = .blue
        message.oInt32 = 0
        message.rColor = [.red, .unrecognized(99)]
        message.mStringString = ["b": "2", "a": "1", "": "0"]
        message.mInt32Leaf = [10: TestV1.Leaf(), -2: TestV1.Leaf(a: 1)]
        message.mBoolDouble = [true: .nan, false: -.infinity]
        message.choice = .cString("")
        let json = try TestPool.transcoder().json(try message.serialized())
        #expect(
            json
                == #"{"fDouble":1,"fFloat":0.1,"fInt32":-1,"fInt64":"-9223372036854775808","fUint64":"18446744073709551615","fBool":true,"#
                + #""fString":"a\"\\\n\u0001医","fBytes":"+/8=","fColor":"COLOR_BLUE","oInt32":0,"rColor":["COLOR_RED",99],"#
                + #""mStringString":{"":"0","a":"1","b":"2"},"mInt32Leaf":{"-2":{"a":1},"10":{}},"#
                + #""mBoolDouble":{"false":"-Infinity","true":"NaN"},"cString":""}"#)
    }

    @Test("options: defaults written out, original names, indented")
    func options() throws {
        let leaf = try TestV1.Leaf(a: 1, c: [1]).serialized()
        #expect(try TestPool.transcoder(JSONOptions(emitsDefaults: true)).json([], "sampan.test.v1.Leaf") == #"{"a":0,"b":"","c":[]}"#)
        #expect(
            try TestPool.transcoder(JSONOptions(isPretty: true)).json(leaf, "sampan.test.v1.Leaf")
                == "{\n  \"a\": 1,\n  \"c\": [\n    1\n  ]\n}")
        #expect(try TestPool.transcoder(JSONOptions(isPretty: true)).json([], "sampan.test.v1.Leaf") == "{}")
        let named = try TestPool.transcoder(JSONOptions(usesOriginalNames: true))
        #expect(try named.again(#"{"fInt32":1,"mInt32Leaf":{"1":{}}}"#) == #"{"f_int32":1,"m_int32_leaf":{"1":{}}}"#)
    }

    @Test("fields out of order, in parts, packed or not, of other wire types, unknown ones and groups")
    func odd() throws {
        let transcoder = try TestPool.transcoder()
        // fInt32 twice; fLeaf in two parts; rInt32 plain, then packed; fString as a varint; unknown 2000; a group 2001.
        let wire: [UInt8] =
            [0x18, 1, 0x18, 2] + [0x8A, 1, 2, 8, 5] + [0x8A, 1, 3, 0x12, 1, 0x62] + [0xD8, 2, 7] + [0xDA, 2, 2, 8, 9] + [0x70, 1]
            + [0x80, 0x7D, 1] + [0x8B, 0x7D, 8, 1, 0x8C, 0x7D]
        #expect(try transcoder.json(wire) == #"{"fInt32":2,"fLeaf":{"a":5,"b":"b"},"rInt32":[7,8,9]}"#)
        // Two members of a oneof: the last one; a map entry without key and value, and a key twice.
        let chosen: [UInt8] = [0x98, 5, 1] + [0xB2, 5, 1, 0x61] + [0xBA, 4, 0] + [0xC2, 4, 2, 8, 1] + [0xC2, 4, 4, 8, 1, 0x12, 0]
        #expect(try transcoder.json(chosen) == #"{"mStringString":{"":""},"mInt32Leaf":{"1":{}},"cString":"a"}"#)
    }

    @Test(
        "bytes that are no message, and strings that are no text",
        arguments: [
            ([0x18], "$: the message ends inside a field"), ([0x72, 5, 0x61], "$: the message ends inside a field"),
            ([0x18] + [UInt8](repeating: 0xFF, count: 10), "$: the message holds a varint without an end"),
            ([0x00, 1], "$: the message holds an impossible tag"), ([0x1E, 1], "$: the message holds an impossible tag"),
            ([0x1C], "$: the message holds an impossible tag"), ([0x1B, 0x24], "$: the message holds an impossible tag"),
            ([0x72, 1, 0xFF], "$.fString: the string is not UTF-8"), ([0x8A, 1, 3, 0x12, 1, 0xC0], "$.fLeaf.b: the string is not UTF-8"),
            ([0xB2, 3, 1, 0x61, 0xB2, 3, 1, 0xFF], "$.rString[1]: the string is not UTF-8"),
            ([0xDA, 2, 1, 0x80], "$.rInt32: the message ends"),
            ([0xBA, 4, 3, 0x0A, 1, 0xFF], "$.mStringString{0}: the string is not UTF-8"),
            ([0xAA, 6, 2, 0x10, 0x80], "$.at: the message ends"),
            ([0xAA, 6, 10, 0x08] + [UInt8](repeating: 0xFF, count: 8) + [0x7F], "$.at: is not a moment"),
        ] as [([UInt8], String)])
    func damaged(wire: [UInt8], why: String) throws {
        let transcoder = try TestPool.transcoder()
        do throws(JSONError) {
            _ = try transcoder.json(wire)
            Issue.record("accepted")
        } catch {
            #expect(error.description.hasPrefix(why), "\(error)")
        }
    }

    @Test("depth, number of values and length of what is written are bounded")
    func limits() throws {
        func nested(_ depth: Int) -> [UInt8] {
            var wire: [UInt8] = []
            for _ in 1..<depth { wire = [0x2A] + varint(wire.count) + wire }
            return wire
        }
        func varint(_ value: Int) -> [UInt8] { value < 128 ? [UInt8(value)] : [UInt8(value & 127 | 128), UInt8(value >> 7)] }
        let leaf = "sampan.test.v1.Leaf"
        #expect(try TestPool.transcoder().json(nested(64), leaf).count > 64)
        #expect(throws: JSONError.self) { try TestPool.transcoder().json(nested(65), leaf) }
        let few = try TestPool.transcoder(.standard, JSONLimits(maximumValues: 10))
        #expect(try few.json([0xDA, 2, 9] + [UInt8](repeating: 1, count: 9)).count > 9)
        #expect(throws: JSONError.self) { try few.json([0xDA, 2, 10] + [UInt8](repeating: 1, count: 10)) }
        let short = try TestPool.transcoder(JSONOptions(emitsDefaults: true), JSONLimits(maximumOutputBytes: 20))
        #expect(try short.json([], "sampan.test.v1.Empty") == "{}")
        #expect(throws: JSONError.self) { try short.json([]) }
    }

    @Test("what steers a terminal or turns a line is escaped, and is the same text when read again")
    func escaping() throws {
        let transcoder = try TestPool.transcoder()
        let text = "\u{7F}\u{80}\u{9B}31m\u{A0}\u{200E}\u{2028}\u{202E}\u{2066}\u{2065}\u{FEFF}é\u{1F3E5}\u{0}"
        let wire = try TestV1.Leaf(b: text).serialized()
        let json = try transcoder.json(wire, "sampan.test.v1.Leaf")
        #expect(
            json
                == "{\"b\":\"\\u007f\\u0080\\u009b31m\u{A0}\\u200e\\u2028\\u202e\\u2066\u{2065}\u{FEFF}é\u{1F3E5}\\u0000\"}")
        #expect(try transcoder.wire(json, "sampan.test.v1.Leaf") == wire)
    }

    @Test("our codec's messages come back from JSON as the same bytes", arguments: [UInt64(1), 2, 3, 4])
    func roundTrip(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let transcoder = try TestPool.transcoder(JSONOptions(emitsDefaults: seed % 2 == 0))
        for _ in 0..<300 {
            let leaf = TestV1.Leaf(
                a: Int32(truncatingIfNeeded: random.next()), b: ["", "医", "a\0b"][Int(random.next() % 3)],
                c: (0..<random.next() % 4).map { _ in Int32(truncatingIfNeeded: random.next()) }, d: random.next() % 2 == 0 ? 0 : nil)
            let wire = try leaf.serialized()
            let json = try transcoder.json(wire, "sampan.test.v1.Leaf")
            #expect(try transcoder.wire(json, "sampan.test.v1.Leaf") == wire)
        }
    }
}
