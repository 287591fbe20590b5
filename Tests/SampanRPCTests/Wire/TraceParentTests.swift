import SampanRPC
import Testing

@Suite("traceparent")
struct TraceParentTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let span = "b7ad6b7169203331"

    @Test(
        "what is read is written back",
        arguments: [
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
            "00-00000000000000000000000000000001-0000000000000001-00", "00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-01",
            "00-00000000000000010000000000000000-8000000000000000-01",
        ])
    func roundTrip(text: String) {
        #expect(TraceParent(text)?.description == text)
    }

    @Test(
        "of the flags only the first bit counts",
        arguments: [("00", false), ("01", true), ("02", false), ("03", true), ("fe", false), ("ff", true)])
    func flags(text: String, isSampled: Bool) {
        #expect(TraceParent("00-\(Self.trace)-\(Self.span)-\(text)")?.isSampled == isSampled)
    }

    @Test("of a version to come the first four fields count", arguments: ["", "-", "-what the future says"])
    func future(more: String) {
        #expect(TraceParent("cc-\(Self.trace)-\(Self.span)-01\(more)")?.traceID.description == Self.trace)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-", "00-\(trace)-\(span)-1", "00-\(trace)-\(span)-011",
            "00-\(trace)-\(span)-01-", "00-\(trace)-\(span)-01-more", "cc-\(trace)-\(span)-01.", "cc-\(trace)-\(span)-011",
            "ff-\(trace)-\(span)-01", "0-\(trace)-\(span)-01", "000-\(trace)-\(span)-01", " 00-\(trace)-\(span)-01",
            "00-\(trace)-\(span)-01 ", "00_\(trace)-\(span)-01", "00-\(trace)_\(span)-01", "00-\(trace)-\(span)_01",
            "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01", "00-\(trace.uppercased())-\(span)-01",
            "00-\(trace)-\(span.uppercased())-01", "0G-\(trace)-\(span)-01", "00-\(trace)-\(span)-0x", "00-\(trace)-\(span)-0A",
            "00-\(trace.dropLast())-\(span)-01", "00-\(trace)0-\(span.dropLast())-01", "00-\(trace)-\(span)-０",
            "cc-\(trace)-\(span)-01-" + String(repeating: "a", count: 512),
        ])
    func refuses(text: String) {
        #expect(TraceParent(text) == nil)
    }
}
