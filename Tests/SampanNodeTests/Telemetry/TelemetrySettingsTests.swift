import SampanTransport
import Testing

@testable import SampanNode

@Suite("Whom a node tells")
struct TelemetrySettingsTests {
    private static func read(_ text: String) throws -> TelemetrySettings? {
        try TelemetrySettings.read(YAMLMapping(text: text, file: "a.yaml"))
    }

    @Test("left out, nobody is told")
    func none() throws {
        #expect(try Self.read("a: 1") == nil)
        let both = try ObservationSettings.read(YAMLMapping(text: "telemetry: { collector: 127.0.0.1:4317 }", file: "a.yaml"))
        #expect(both.metrics == nil && both.telemetry != nil)
    }

    @Test("what may be left out has its default; everything else is read")
    func whole() throws {
        let bare = try #require(try Self.read("telemetry: { collector: 127.0.0.1:4317 }"))
        #expect(bare.collector.description == "127.0.0.1:4317" && bare.interval == .seconds(10) && bare.sampling == .sparing)
        let full = try #require(
            try Self.read("telemetry: { collector: \"10.0.0.1:4317\", allow-remote: true, interval: 1m, trace-ratio: 1 }"))
        #expect(full.collector.description == "10.0.0.1:4317" && full.interval == .seconds(60) && full.sampling.ratio == 1)
    }

    @Test(
        "anything else is refused by the name of its key",
        arguments: [
            ("{}", "telemetry.collector is missing"), ("{ collector: localhost:4317 }", "telemetry.collector must be a numeric address"),
            ("{ collector: 10.0.0.1:4317 }", "telemetry.collector is on another machine"),
            ("{ collector: 127.0.0.1:1, interval: 999ms }", "telemetry.interval must be a time"),
            ("{ collector: 127.0.0.1:1, interval: 2h }", "telemetry.interval must be a time"),
            ("{ collector: 127.0.0.1:1, trace-ratio: 1.1 }", "telemetry.trace-ratio must be a number from 0 to 1"),
            ("{ collector: 127.0.0.1:1, trace-ratio: nan }", "telemetry.trace-ratio must be a number from 0 to 1"),
            ("{ collector: 127.0.0.1:1, trace-ratio: all }", "telemetry.trace-ratio must be a number from 0 to 1"),
            ("{ collector: 127.0.0.1:1, ratio: 1 }", "telemetry.ratio is not a known key; did you mean trace-ratio?"),
        ])
    func refused(text: String, message: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try Self.read("telemetry: \(text)") }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }
}
