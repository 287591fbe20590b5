import Foundation
import StoreTestSupport
import Testing

@testable import SampanNode

@Suite("Doors to the web of a node's file")
struct WebOriginsTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private func read(_ text: String) throws -> Set<String>? {
        let file = directory.file("node.yaml")
        try (ConfigurationTests.gateway + [text]).joined(separator: "\n").write(toFile: file, atomically: false, encoding: .utf8)
        return try GatewayConfiguration(file: file).webOrigins
    }

    @Test("left out there are none; an empty list lets no page in")
    func read() throws {
        #expect(try read("") == nil)
        #expect(try read("web: { origins: [] }")?.isEmpty == true)
        #expect(
            try read("web: { origins: [\"https://app.region.example\", \"https://10.0.0.1:8443\"] }")
                == ["https://app.region.example", "https://10.0.0.1:8443"])
    }

    @Test(
        "what is no origin is named",
        arguments: ["*", "https://*", "http://app.example", "https://", "https://App.example", "https://app.example/", "null"])
    func wrong(origin: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try read("web: { origins: [\"\(origin)\"] }") }
        #expect(error?.message.contains("origin") == true)
    }

    @Test("keys are checked")
    func keys() throws {
        #expect(throws: ConfigurationError.self) { try read("web: {}") }
        #expect(throws: ConfigurationError.self) { try read("web: { origins: [], origin: [] }") }
    }
}
