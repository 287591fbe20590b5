import SampanJSON
import Testing

@Suite("Types with a JSON form of their own")
struct WellKnownTests {
    private static let google = "google.protobuf."

    @Test(
        "are read, and written in the one form",
        arguments: [
            ("Timestamp", "\"1970-01-01T00:00:00Z\"", "\"1970-01-01T00:00:00Z\""),
            ("Timestamp", "\"0001-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00Z\""),
            ("Timestamp", "\"9999-12-31T23:59:59.999999999Z\"", "\"9999-12-31T23:59:59.999999999Z\""),
            ("Timestamp", "\"2024-02-29T23:59:59.1Z\"", "\"2024-02-29T23:59:59.100Z\""),
            ("Timestamp", "\"1969-12-31T23:59:59.000001Z\"", "\"1969-12-31T23:59:59.000001Z\""),
            ("Timestamp", "\"2026-11-22T08:30:00.123456789+08:00\"", "\"2026-11-22T00:30:00.123456789Z\""),
            ("Timestamp", "\"2000-03-01T00:00:00-00:30\"", "\"2000-03-01T00:30:00Z\""),
            ("Duration", "\"0s\"", "\"0s\""), ("Duration", "\"-0s\"", "\"0s\""), ("Duration", "\"1.5s\"", "\"1.500s\""),
            ("Duration", "\"-0.000000001s\"", "\"-0.000000001s\""), ("Duration", "\"315576000000s\"", "\"315576000000s\""),
            ("Duration", "\"-315576000000.0s\"", "\"-315576000000s\""), ("FieldMask", "\"\"", "\"\""),
            ("FieldMask", "\"a,bC.dEf,g1\"", "\"a,bC.dEf,g1\""),
            ("Struct", "{\"b\":[1,null,{\"c\":true}],\"a\":\"x\"}", "{\"a\":\"x\",\"b\":[1,null,{\"c\":true}]}"),
            ("Struct", "{}", "{}"), ("Value", "null", "null"), ("Value", "0", "0"), ("Value", "-0.5", "-0.5"), ("Value", "\"\"", "\"\""),
            ("Value", "false", "false"), ("Value", "[]", "[]"), ("Value", "{}", "{}"), ("ListValue", "[[],{},\"\"]", "[[],{},\"\"]"),
            ("DoubleValue", "0", "0"), ("DoubleValue", "\"NaN\"", "\"NaN\""), ("FloatValue", "0.1", "0.1"), ("Int64Value", "1", "\"1\""),
            ("UInt64Value", "\"18446744073709551615\"", "\"18446744073709551615\""), ("Int32Value", "\"-1\"", "-1"),
            ("UInt32Value", "0", "0"),
            ("BoolValue", "true", "true"), ("BoolValue", "false", "false"), ("StringValue", "\"\"", "\"\""),
            ("BytesValue", "\"_w\"", "\"/w==\""),
            ("Empty", "{}", "{}"), ("Any", "{}", "{}"),
            (
                "Any", "{\"a\":1,\"@type\":\"type.googleapis.com/sampan.test.v1.Leaf\"}",
                "{\"@type\":\"type.googleapis.com/sampan.test.v1.Leaf\",\"a\":1}"
            ),
            (
                "Any", "{\"@type\":\"x/google.protobuf.Duration\",\"value\":\"1s\"}",
                "{\"@type\":\"x/google.protobuf.Duration\",\"value\":\"1s\"}"
            ),
            ("Any", "{\"@type\":\"x/google.protobuf.Empty\",\"value\":{}}", "{\"@type\":\"x/google.protobuf.Empty\"}"),
            (
                "Any", "{\"@type\":\"x/google.protobuf.Any\",\"value\":{\"@type\":\"x/sampan.test.v1.Small\",\"number\":1}}",
                "{\"@type\":\"x/google.protobuf.Any\",\"value\":{\"@type\":\"x/sampan.test.v1.Small\",\"number\":1}}"
            ),
        ])
    func read(type: String, text: String, again: String) throws {
        #expect(try TestPool.transcoder().again(text, Self.google + type) == again)
    }

    @Test(
        "are refused",
        arguments: [
            ("Timestamp", "\"2026-11-22t08:30:00Z\""), ("Timestamp", "\"2026-11-22T08:30:00z\""), ("Timestamp", "\"2026-11-22T08:30:00\""),
            ("Timestamp", "\"2026-11-22 08:30:00Z\""), ("Timestamp", "\"2026-11-22T08:30:60Z\""), ("Timestamp", "\"2026-11-22T24:00:00Z\""),
            ("Timestamp", "\"2026-13-22T08:30:00Z\""), ("Timestamp", "\"2026-11-31T08:30:00Z\""), ("Timestamp", "\"1900-02-29T08:30:00Z\""),
            ("Timestamp", "\"0000-12-31T23:59:59Z\""), ("Timestamp", "\"0001-01-01T00:00:00+00:01\""),
            ("Timestamp", "\"9999-12-31T23:59:59-00:01\""), ("Timestamp", "\"2026-11-22T08:30:00.Z\""),
            ("Timestamp", "\"2026-11-22T08:30:00.1234567890Z\""), ("Timestamp", "\"2026-11-22T08:30:00+0800\""),
            ("Timestamp", "\"2026-11-22T08:30:00Z \""), ("Timestamp", "\"-026-11-22T08:30:00Z\""), ("Timestamp", "0"),
            ("Timestamp", "null"),
            ("Duration", "\"1\""), ("Duration", "\"s\""), ("Duration", "\".5s\""), ("Duration", "\"1.s\""), ("Duration", "\"+1s\""),
            ("Duration", "\"1.0000000001s\""), ("Duration", "\"315576000001s\""), ("Duration", "\"315576000000.1s\""),
            ("Duration", "\"1e3s\""),
            ("Duration", "\"1 s\""), ("Duration", "\"99999999999999999999s\""), ("Duration", "1"), ("FieldMask", "\"a_b\""),
            ("FieldMask", "[]"),
            ("Struct", "[]"), ("Struct", "null"), ("ListValue", "{}"), ("Value", "1e309"), ("Int32Value", "{}"),
            ("Int32Value", "2147483648"),
            ("BoolValue", "\"true\""), ("StringValue", "null"), ("BytesValue", "\"*\""), ("Empty", "{\"a\":1}"), ("Empty", "null"),
            ("Any", "\"\""),
            ("Any", "{\"value\":1}"), ("Any", "{\"@type\":\"\"}"), ("Any", "{\"@type\":\"x/google.protobuf.Empty\",\"other\":{}}"),
            ("Any", "{\"@type\":\"x/google.protobuf.Duration\",\"value\":\"1s\",\"a\":1}"),
        ])
    func refused(type: String, text: String) throws { #expect(try TestPool.transcoder().refusal(text, Self.google + type) != nil) }

    @Test(
        "on the wire with what JSON cannot say",
        arguments: [
            ("Timestamp", [0x10, 0x80, 0x94, 0xEB, 0xDC, 3]), ("Timestamp", [0x10] + [UInt8](repeating: 0xFF, count: 9) + [1]),
            ("Duration", [8, 1, 0x10] + [UInt8](repeating: 0xFF, count: 9) + [1]), ("FieldMask", [0x0A, 3, 0x61, 0x5F, 0x42]),
            ("FieldMask", [0x0A, 2, 0x61, 0x5F]), ("FieldMask", [0x0A, 4, 0x61, 0x5F, 0x5F, 0x62]), ("Value", []),
            ("Value", [0x11, 0, 0, 0, 0, 0, 0, 0xF0, 0x7F]), ("Any", [0x0A, 3, 0x61, 0x2E, 0x62]), ("Any", [0x12, 1, 0]),
            ("Any", [0x0A, 4, 0x78, 0x2F, 0x79, 0x7A]),
        ] as [(String, [UInt8])])
    func unwritable(type: String, wire: [UInt8]) throws {
        #expect(throws: JSONError.self) { try TestPool.transcoder().json(wire, Self.google + type) }
    }
}
