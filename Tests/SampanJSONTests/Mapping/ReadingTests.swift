import SampanJSON
import SampanProtobuf
import SampanTestMessages
import Testing

@Suite("JSON to messages (ProtoJSON)")
struct ReadingTests {
    @Test("names, kinds and forms that the standard takes mean what they should")
    func values() throws {
        let text = """
            {"fDouble": 1.5, "f_float": "-Infinity", "fInt32": "-2147483648", "fInt64": 9223372036854775807, "fUint32": 4294967295.0,
             "fUint64": "18446744073709551615", "fSint32": -1e3, "fSint64": "-9223372036854775808", "fFixed32": 7, "fFixed64": "8",
             "fSfixed32": -7, "fSfixed64": "-8", "fBool": true, "fString": "\\u533b\\ud83c\\udfe5", "fBytes": "-_-_", "fColor": "COLOR_CRIMSON",
             "fLeaf": {"a": 1, "next": {}}, "oInt32": 0, "oString": "", "oDouble": null, "rInt32": [1, "2", 3e0], "rString": [],
             "rColor": [7, "COLOR_RED", 99],
             "mStringString": {"": "a", "b": ""}, "mInt32Leaf": {"-1": {"d": 0}}, "mBoolDouble": {"true": 1, "false": "NaN"},
             "mUint64Bytes": {"18446744073709551615": "AQ=="}, "cInt32": null, "cString": "", "large": "x"}
            """
        let message = try TestV1.EveryKind(serialized: try TestPool.transcoder().wire(text))
        var expected = TestV1.EveryKind()
        (expected.fDouble, expected.fFloat, expected.fInt32, expected.fInt64) = (1.5, -.infinity, .min, .max)
        (expected.fUint32, expected.fUint64, expected.fSint32, expected.fSint64) = (.max, .max, -1_000, .min)
        (expected.fFixed32, expected.fFixed64, expected.fSfixed32, expected.fSfixed64) = (7, 8, -7, -8)
        (expected.fBool, expected.fString, expected.fBytes, expected.fColor) = (true, "医🏥", [0xFB, 0xFF, 0xBF], .red)
        expected.fLeaf = TestV1.Leaf(a: 1, next: TestV1.Leaf())
        (expected.oInt32, expected.oString, expected.rInt32) = (0, "", [1, 2, 3])
        expected.rColor = [.blue, .red, .unrecognized(99)]
        expected.mStringString = ["": "a", "b": ""]
        expected.mInt32Leaf = [-1: TestV1.Leaf(d: 0)]
        expected.mUint64Bytes = [.max: [1]]
        (expected.choice, expected.large) = (.cString(""), "x")
        let doubles = message.mBoolDouble
        #expect(doubles[true] == 1 && doubles[false]?.isNaN == true && doubles.count == 2)
        expected.mBoolDouble = doubles
        var seen = message
        seen.mBoolDouble = [:]
        expected.mBoolDouble = [:]
        #expect(seen == expected)
    }

    @Test(
        "what is wrong is told with its place, and without the value",
        arguments: [
            ("[]", "$: must be an object"), ("null", "$: must be an object"), ("{\"nope\":1}", "$: there is no field nope"),
            ("{\"440106199001011234\":1}", "$: there is a field that the contract does not have"),
            ("{\"fInt32\":1,\"f_int32\":2}", "$.fInt32: the field is given twice, by both of its names"),
            ("{\"fInt32\":2147483648}", "$.fInt32: must be a whole number from -2147483648 to 2147483647"),
            ("{\"fInt32\":-2147483649}", "$.fInt32: must be a whole number from -2147483648 to 2147483647"),
            ("{\"fInt32\":0.5}", "$.fInt32: must be a whole"), ("{\"fInt32\":\" 1\"}", "$.fInt32: must be a whole"),
            ("{\"fInt32\":\"\"}", "$.fInt32: must be a whole"), ("{\"fInt32\":\"0x1\"}", "$.fInt32: must be a whole"),
            ("{\"fInt32\":true}", "$.fInt32: must be a whole"), ("{\"fInt32\":\"01\"}", "$.fInt32: must be a whole"),
            ("{\"fUint32\":-1}", "$.fUint32: must be a whole number from 0 to 4294967295"),
            ("{\"fUint32\":4294967296}", "$.fUint32: must be"),
            ("{\"fUint64\":\"18446744073709551616\"}", "$.fUint64: must be a whole number from 0 to"),
            ("{\"fUint64\":-1}", "$.fUint64: must"),
            ("{\"fInt64\":9223372036854775808}", "$.fInt64: must be a whole number from -9223372036854775808"),
            ("{\"fSfixed64\":\"-9223372036854775809\"}", "$.fSfixed64: must be"),
            ("{\"fDouble\":1e309}", "$.fDouble: must be a number of double"),
            ("{\"fDouble\":\"nan\"}", "$.fDouble: must be"), ("{\"fDouble\":\"1e\"}", "$.fDouble: must be"),
            ("{\"fDouble\":\"inf\"}", "$.fDouble: must"),
            ("{\"fFloat\":3.5e38}", "$.fFloat: must be a number of single"), ("{\"fFloat\":[]}", "$.fFloat: must be"),
            ("{\"fBool\":1}", "$.fBool: must be true or false"), ("{\"fBool\":\"true\"}", "$.fBool: must be true or false"),
            ("{\"fString\":1}", "$.fString: must be a string"), ("{\"fBytes\":\"A\"}", "$.fBytes: must be bytes in base64"),
            ("{\"fBytes\":\"A===\"}", "$.fBytes: must be"), ("{\"fBytes\":\"AA =\"}", "$.fBytes: must be"),
            ("{\"fBytes\":\"AB\"}", "$.fBytes: must be"),
            ("{\"fColor\":\"COLOUR\"}", "$.fColor: must be a name of sampan.test.v1.Color, or its number"),
            ("{\"fColor\":2147483648}", "$.fColor: must be"), ("{\"fColor\":1.5}", "$.fColor: must be"),
            ("{\"fColor\":true}", "$.fColor: must be"),
            ("{\"fLeaf\":{\"next\":{\"a\":\"x\"}}}", "$.fLeaf.next.a: must be a whole number"),
            ("{\"fLeaf\":1}", "$.fLeaf: must be an object"),
            ("{\"rLeaf\":[{},{},{\"c\":[1,2,\"x\"]}]}", "$.rLeaf[2].c[2]: must be a whole number"),
            ("{\"rInt32\":1}", "$.rInt32: must be a list"),
            ("{\"rInt32\":[1,null]}", "$.rInt32[1]: must be something else than null"),
            ("{\"mStringString\":[]}", "$.mStringString: must be an object"),
            ("{\"mStringString\":{\"张三\":1}}", "$.mStringString{0}: must be a string"),
            ("{\"mStringString\":{\"a\":null}}", "$.mStringString{0}: must"),
            ("{\"mInt32Leaf\":{\"1\":{},\"x\":{}}}", "$.mInt32Leaf{1}: must be a whole"),
            ("{\"mInt32Leaf\":{\"1.0\":{}}}", "$.mInt32Leaf{0}: must be"),
            ("{\"mInt32Leaf\":{\"0\":{},\"-0\":{}}}", "$.mInt32Leaf{1}: a key stands there twice"),
            ("{\"mBoolDouble\":{\"1\":1}}", "$.mBoolDouble{0}: must"),
            ("{\"cInt32\":1,\"cString\":\"\"}", "$: two members of the oneof choice are given, at most one may be"),
            ("{\"any\":{\"@type\":\"x/no.Such\"}}", "$.any: the type no.Such is not known here"),
            ("{\"any\":{\"a\":1}}", "$.any: must be an object with"),
            ("{\"any\":{\"@type\":\"sampan.test.v1.Leaf\"}}", "$.any: must be"),
            ("{\"any\":{\"@type\":1}}", "$.any: must be an object with the type"),
            ("{\"any\":{\"@type\":\"x/google.protobuf.Duration\",\"value\":\"1\"}}", "$.any.value: must be a length of time"),
            ("{\"any\":{\"@type\":\"x/google.protobuf.Duration\"}}", "$.any: must be"),
            ("{\"at\":\"2026-02-29T00:00:00Z\"}", "$.at: must be a moment"),
            ("{\"times\":[\"2026-11-22T08:30:00Z\",1]}", "$.times[1]: must be a moment"),
            ("{\"took\":\"1\"}", "$.took: must be a length of time"),
        ])
    func refused(text: String, why: String) throws {
        let refusal = try #require(try TestPool.transcoder().refusal(text))
        #expect(refusal.hasPrefix(why), "\(refusal)")
        #expect(!refusal.contains("张三") && !refusal.contains("440106") && !refusal.contains("\n"))
    }

    @Test("unknown fields and names of enums are passed over when that is asked for")
    func ignoring() throws {
        let transcoder = try TestPool.transcoder(JSONOptions(ignoresUnknown: true))
        let text = #"{"nope":{"a":[1]},"fColor":"COLOUR","rColor":["COLOR_RED","X",7],"fLeaf":{"z":1,"a":2}}"#
        #expect(try transcoder.again(text) == #"{"fLeaf":{"a":2},"rColor":["COLOR_RED","COLOR_BLUE"]}"#)
    }

    @Test("several messages of one text, and a type that is not known")
    func several() throws {
        let transcoder = try TestPool.transcoder()
        let leaves = try transcoder.wires(of: Array("{\"a\":1}{\"a\":2}\n{}".utf8), as: "sampan.test.v1.Leaf")
        #expect(leaves == [[8, 1], [8, 2], []])
        #expect(transcoder.refusal("{}", "no.Such") == "$: the type no.Such is not known here")
        #expect(transcoder.refusal("{}", "a b") == "$: the type is not known here")
    }
}
