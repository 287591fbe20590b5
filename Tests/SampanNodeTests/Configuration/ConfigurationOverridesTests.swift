import Foundation
import StoreTestSupport
import Testing

@testable import SampanNode

@Suite("Variables that stand for keys of a node's file")
struct ConfigurationOverridesTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private func gateway(_ environment: [String: String]) throws -> Result<GatewayConfiguration, ConfigurationError> {
        let file = directory.file("node.yaml")
        try ConfigurationTests.gateway.joined(separator: "\n").write(toFile: file, atomically: false, encoding: .utf8)
        return Result { () throws(ConfigurationError) in
            try GatewayConfiguration(file: file, ConfigurationReading(environment: environment))
        }
    }

    @Test("a variable takes the place of a key, of one in a mapping, of a list, and of a whole mapping that the file has not")
    func places() throws {
        let read = try gateway([
            "SAMPAN_CONFIG_LISTEN": "127.0.0.1:1", "SAMPAN_CONFIG_PAYMENT__REQUEST_LIFETIME": "7s", "SAMPAN_CONFIG_LOOPS": "3",
            "SAMPAN_CONFIG_INSTITUTIONS__CODES": "[\"0123\"]", "SAMPAN_CONFIG_MESH": "{ advertise: [\"10.0.0.1:1\"] }", "LISTEN": "no",
        ]).get()
        #expect("\(read.listen)" == "127.0.0.1:1" && read.requestLifetime == .seconds(7) && read.node.loops == 3)
        #expect(read.orderLifetime == .seconds(900), "what stands beside it is the file's")
        #expect(read.registration?.endpoints.count == 1)
    }

    @Test(
        "what is wrong is told of the variable, never of the file",
        arguments: [
            (["SAMPAN_CONFIG_LISTEN": "nowhere"], "SAMPAN_CONFIG_LISTEN: listen must be host:port"),
            (["SAMPAN_CONFIG_LISTN": "127.0.0.1:1"], "SAMPAN_CONFIG_LISTN: listn is not a known key; did you mean listen?"),
            (["SAMPAN_CONFIG_PAYMENT__LIFE": "1s"], "SAMPAN_CONFIG_PAYMENT__LIFE: payment.life is not a known key"),
            (["SAMPAN_CONFIG_LISTEN__PORT": "1"], "SAMPAN_CONFIG_LISTEN__PORT: stands in no mapping"),
            (["SAMPAN_CONFIG_MESH": "{ advertise: [x], parnt: 1 }"], "SAMPAN_CONFIG_MESH: mesh.advertise must be"),
            (["SAMPAN_CONFIG_": "1"], "SAMPAN_CONFIG_: names no key"),
            (["SAMPAN_CONFIG_MESH____PARENT": "1"], "SAMPAN_CONFIG_MESH____PARENT: names no key"),
            (["SAMPAN_CONFIG_LOOPS": "[1"], "SAMPAN_CONFIG_LOOPS:1: is not YAML"),
            (["SAMPAN_CONFIG_LOOPS": "65"], "SAMPAN_CONFIG_LOOPS: loops must be a whole number from 1 to 64"),
            (
                ["SAMPAN_CONFIG_LOOPS": "1", "SAMPAN_CONFIG_loops": "2"],
                "SAMPAN_CONFIG_loops: and SAMPAN_CONFIG_LOOPS stand for the same key"
            ),
            (["SAMPAN_CONFIG_DATA": String(repeating: "x", count: 65_537)], "SAMPAN_CONFIG_DATA: is longer than 65536 bytes"),
        ] as [([String: String], String)])
    func refused(environment: [String: String], message: String) throws {
        let result = try gateway(environment)
        guard case .failure(let error) = result else {
            Issue.record("\(environment.keys) was taken")
            return
        }
        #expect("\(error)".hasPrefix(message), "\(error)")
    }

    @Test("an empty variable is a key without a value: what is needed is missing")
    func empty() throws {
        guard case .failure(let error) = try gateway(["SAMPAN_CONFIG_DATA": ""]) else {
            Issue.record("a node without data was taken")
            return
        }
        #expect("\(error)" == "SAMPAN_CONFIG_DATA: data is missing")
    }
}
