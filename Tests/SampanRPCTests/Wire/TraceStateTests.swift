import SampanRPC
import Testing

@Suite("tracestate")
struct TraceStateTests {
    private static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    @Test(
        "what the standard allows is passed on as it came",
        arguments: [
            "a=1", "a=1,b=2", "a=1 ,\t b=2", ",a=1,", "rojo=00f067aa0ba902b7", "1tenant@system=x", "a_-*/0=!\"#$%&'()*+-./:;<>?@[]^_`{|}~",
            "a=in side", repeated("a", 256) + "=1", repeated("a", 241) + "@" + repeated("b", 14) + "=1", "a=" + repeated("1", 256),
            (0..<32).map { "a\($0)=1" }.joined(separator: ","),
        ])
    func reads(text: String) {
        #expect(TraceState(text)?.text == text)
    }

    @Test(
        "anything else goes no further",
        arguments: [
            "", ",", " ", "a", "=1", "a=", "A=1", "a=1,A=2", "1=1", "a b=1", "@b=1", "a@=1", "a@1=x", "a@b@c=1", "a=1,a=2", "a=1=2", "a=没",
            "a=\u{7F}", "a=\u{1}", repeated("a", 257) + "=1", repeated("a", 242) + "@b=1", "a@" + repeated("b", 15) + "=1",
            "a=" + repeated("1", 257), (0..<33).map { "a\($0)=1" }.joined(separator: ","),
            "a=" + repeated("1", 250) + ",b=" + repeated("1", 256) + ",c=1",
        ])
    func refuses(text: String) {
        #expect(TraceState(text) == nil)
    }
}
