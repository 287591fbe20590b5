import Foundation
import SampanAPI
import SampanTestMessages
import SampanTestSupport
import StoreTestSupport
import Testing

@Suite("A Connect and gRPC-Web client that we did not write, over two nodes", .blocking)
struct ForeignWebTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private static let contracts = [TestV1.fourKindsServiceDescriptor, GRPCHealthV1.healthDescriptor]
    private static let python = ProcessInfo.processInfo.environment["SAMPAN_PYTHON"] ?? "\(root)/.venv/bin/python"

    /// Of the program of the hospital, for the centre.
    private static func arguments(_ mode: String, _ mesh: WebMesh) -> [String] {
        [
            "\(root)/Tests/SampanProgramTests/Python/connect_peer.py", mode, mesh.caller.place, mesh.caller.identity, mesh.trust,
            WebMesh.far,
        ]
    }

    @Test("every kind of call, in wire format and JSON, compressed and not; errors, deadlines and GET", .timeLimit(.minutes(20)))
    func calls() async throws {
        try await WebMesh.with([FourKinds(), WebHealth()], contracts: Self.contracts) { mesh in
            let run = try await FinishedProgram.run(Self.python, Self.arguments("calls", mesh), timeout: .seconds(200))
            var expected: [String] = []
            for kind in [
                "CONNECT proto", "CONNECT json", "CONNECT proto gzip", "CONNECT json gzip", "GRPC_WEB proto", "GRPC_WEB proto gzip",
            ] {
                expected += [
                    "unary 2", "server [0, 1, 2]", "client 7", "both 3", "error INVALID_ARGUMENT number is negative 2", "nobody NOT_FOUND",
                    "late DEADLINE_EXCEEDED",
                ].map { "\(kind) \($0)" }
                if kind.hasPrefix("CONNECT") { expected.append("\(kind) get \(kind.contains("json") ? "SERVING" : "0801")") }
            }
            let lines = run.output.split(separator: "\n").map(String.init)
            #expect(run.status == 0 && lines == expected, "\(run.output)\(run.errors)")
            let uri = "spiffe://\(WebMesh.domain)/app/\(WebMesh.near)/his"
            #expect(Set(mesh.farGuard.callers) == [uri])
        }
    }

    @Test("both directions at once: each message is answered before the next is sent", .timeLimit(.minutes(20)))
    func talks() async throws {
        try await WebMesh.with([FourKinds()], contracts: Self.contracts) { mesh in
            let run = try await FinishedProgram.run(Self.python, Self.arguments("talk", mesh), timeout: .seconds(200))
            #expect(run.output == "answered -1\nanswered -2\nanswered -3\nended\n", "\(run.output)\(run.errors)")
            #expect(mesh.nearGuard.calls == ["app Chat OK"] && mesh.farGuard.calls == ["app Chat OK"])
        }
    }

    @Test("a caller that goes away cancels its call at both nodes", .timeLimit(.minutes(20)))
    func goesAway() async throws {
        try await WebMesh.with([FourKinds()], contracts: Self.contracts) { mesh in
            let peer = try TalkingProcess(Self.python, Self.arguments("hold", mesh))
            for number in 1...3 { try #require(peer.line() == "answered -\(number)") }
            peer.kill()
            while mesh.farGuard.calls.isEmpty || mesh.nearGuard.calls.isEmpty { try await Waiting.moment() }
            #expect(mesh.nearGuard.calls == ["app Chat CANCELLED"] && mesh.farGuard.calls == ["app Chat CANCELLED"])
        }
    }
}
