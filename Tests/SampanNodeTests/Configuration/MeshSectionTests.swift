import Foundation
import SampanMesh
import StoreTestSupport
import Testing

@testable import SampanNode

@Suite("What a node's file says of it to the region")
struct MeshSectionTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private static let payment = "sampan.payment.v1.PaymentService"

    private func route(_ mesh: String, _ rest: String = "") throws -> EpochRoute {
        let file = directory.file("node.yaml")
        try (ConfigurationTests.gateway + ["mesh: { advertise: [\"10.20.1.5:7443\"]\(mesh) }", rest]).joined(separator: "\n")
            .write(toFile: file, atomically: false, encoding: .utf8)
        return try #require(try GatewayConfiguration(file: file).registration).route("4699010001/gw-1")
    }

    @Test("capacity and versions are told; left out, capacity is what limits allow an institution at once")
    func told() throws {
        let route = try route(", capacity: 400, versions: [{ service: \(Self.payment), version: 1.4.0 }]")
        #expect(route.capacity == 400 && route.versions.map { "\($0.service) \($0.version)" } == ["\(Self.payment) 1.4.0"])
        #expect(route.services.contains(Self.payment) && route.services.count == 11 && route.programVersion == ProgramVersion.text)
        #expect(try self.route("").capacity == 10_000)
        #expect(try self.route("", "limits: { calls-at-once: 40 }").capacity == 40)
        #expect(try self.route("", "limits: { calls-at-once: 0 }").capacity == 0)
        #expect(try self.route(", capacity: 1", "limits: { calls-at-once: 0 }").capacity == 1)
        #expect(try self.route(", capacity: 10000000").capacity == 10_000_000)
        #expect(try EpochRoute(route.message) == route)
    }

    @Test(
        "what is wrong is named",
        arguments: [
            (", capacity: 0", "from 1 to 10000000"), (", capacity: 10000001", "from 1 to 10000000"), (", capacity: much", "whole number"),
            (", capcity: 1", "did you mean capacity"), (", versions: 1.0.0", "must be a list"),
            (", versions: [{ service: a.B, version: 1.0.0 }]", "is none that this node serves"),
            (", versions: [{ service: \(payment), version: 2.0.0 }]", "another MAJOR is another service"),
            (", versions: [{ service: \(payment), version: 1.0 }]", "MAJOR.MINOR.PATCH"),
            (", versions: [{ service: \(payment), version: 1.0.0 }, { service: \(payment), version: 1.0.1 }]", "stands twice"),
            (", versions: [{ service: \(payment), verson: 1.0.0 }]", "version"),
        ])
    func refused(mesh: String, expected: String) throws {
        let error = try #require(throws: ConfigurationError.self) { _ = try route(mesh) }
        #expect(error.description.contains(expected), "\(error)")
    }
}
