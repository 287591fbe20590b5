import SampanTransport
import Testing

@testable import SampanNode

@Suite("Where metrics are read")
struct MetricsSettingsTests {
    private static func read(_ text: String) throws -> MetricsSettings? {
        try MetricsSettings.read(YAMLMapping(text: text, file: "a.yaml"))
    }

    @Test("left out, nobody reads them", arguments: ["", "a: 1", "metrics:", "metrics: ~"])
    func none(text: String) throws {
        #expect(try Self.read(text) == nil)
    }

    @Test(
        "loopback is taken as it is; what others reach only where the file says that this is meant",
        arguments: [
            ("listen: 127.0.0.1:9464", "127.0.0.1:9464"), ("listen: 127.9.9.9:1", "127.9.9.9:1"), ("listen: \"[::1]:0\"", "[::1]:0"),
            ("listen: \"[::ffff:127.0.0.1]:1\"", "[::ffff:127.0.0.1]:1"),
            ("listen: 127.0.0.1:9464, allow-remote: true", "127.0.0.1:9464"), ("listen: 0.0.0.0:9464, allow-remote: true", "0.0.0.0:9464"),
            ("listen: \"[2001:db8::1]:9464\", allow-remote: true", "[2001:db8::1]:9464"),
        ])
    func taken(text: String, address: String) throws {
        #expect(try Self.read("metrics: { \(text) }")?.address.description == address)
    }

    @Test(
        "anything else is refused by the name of its key",
        arguments: [
            ("metrics: 9464", "metrics must be a mapping"), ("metrics: {}", "metrics.listen is missing"),
            ("metrics: { allow-remote: true }", "metrics.listen is missing"),
            ("metrics: { listen: 9464 }", "metrics.listen must be host:port"),
            ("metrics: { listen: localhost:9464 }", "metrics.listen must be a numeric address"),
            ("metrics: { listen: 0.0.0.0:9464 }", "metrics.listen is reached from other machines"),
            ("metrics: { listen: 10.0.0.1:9464, allow-remote: false }", "metrics.listen is reached from other machines"),
            ("metrics: { listen: \"[::]:9464\" }", "metrics.listen is reached from other machines"),
            ("metrics: { listen: 128.0.0.1:1 }", "metrics.listen is reached from other machines"),
            ("metrics: { listen: 127.0.0.1:1, allow-remote: maybe }", "metrics.allow-remote must be true or false"),
            ("metrics: { listen: 127.0.0.1:1, allow_remote: true }", "metrics.allow_remote is not a known key; did you mean allow-remote?"),
        ])
    func refused(text: String, message: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try Self.read(text) }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }
}
