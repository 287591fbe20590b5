import Foundation
import SampanAPI
import SampanRPC
import SampanTransport
import Testing

@testable import sampan

@Suite("sampan probe")
struct ProbeCommandTests {
    private static func status(after seconds: Double) -> ScriptedNode {
        ScriptedNode(status: {
            let clock = Int64((Date().timeIntervalSince1970 + seconds) * 1_000)
            return TrustV1.GetNodeStatusResponse(
                node: "n", clock: GoogleProtobuf.Timestamp(seconds: clock / 1_000, nanos: Int32(clock % 1_000) * 1_000_000))
        })
    }

    @Test("a node in order passes every step", .timeLimit(.minutes(20)))
    func passes() async throws {
        let region = try await TestRegion([HealthService(serving: ["a.B"]), Self.status(after: 0)])
        let run = try await ProgramRun.of(["probe", region.place, "--identity", region.identity, "--service", "a.B"])
        #expect(run.code == 0, "\(run.output)")
        #expect(run.output.contains("platform health/p-1 ← "))
        #expect(run.lines.dropFirst().allSatisfy { $0.hasPrefix("PASS") } && run.lines.count == 9)
        await region.close()
    }

    @Test("each failure is at its step, with its label, and what hangs on it is skipped", .timeLimit(.minutes(20)))
    func fails() async throws {
        let region = try await TestRegion([HealthService(), Self.status(after: 3)])
        let other = try await TestRegion([HealthService()])
        let skewed = try await ProgramRun.of(["probe", region.place, "--identity", region.identity])
        #expect(skewed.code == 1 && skewed.output.contains("FAIL  skew") && skewed.output.contains("time server"))
        let unknown = try await ProgramRun.of(["probe", other.place, "--identity", other.identity, "--service", "no.Such"])
        #expect(unknown.code == 1 && unknown.output.contains("NOT_FOUND") && unknown.output.contains("SKIP  skew"))
        let stranger = try await ProgramRun.of(["probe", region.place, "--identity", other.identity, "--json"])
        #expect(stranger.code == 1 && stranger.output.contains("\"label\" : \"CERTIFICATE_AUTHORITY_INVALID\""))
        let method = try await ProgramRun.of(["probe", other.place, "--identity", other.identity, "--method", "/a.B/C"])
        #expect(method.code == 1 && method.output.contains("UNIMPLEMENTED") && method.output.contains("the node has no a.B/C"))
        await other.close()
        let gone = try await ProgramRun.of(["probe", other.place, "--identity", other.identity])
        #expect(gone.code == 1 && gone.lines.count == 9 && gone.lines[2].hasPrefix("FAIL  tcp"))
        #expect(gone.lines.dropFirst(3).allSatisfy { $0.hasPrefix("SKIP") })
        await region.close()
    }

    @Test("a server that does not take our certificate fails tls, though our own side was content", .timeLimit(.minutes(20)))
    func unwelcome() async throws {
        let region = try await TestRegion([HealthService()])
        let other = try await TestRegion([])
        try other.believe(region)
        let run = try await ProgramRun.of(["probe", region.place, "--identity", other.identity])
        #expect(run.code == 1)
        #expect(run.lines[3].hasPrefix("FAIL  tls") && run.lines[3].contains("CERTIFICATE_AUTHORITY_INVALID"), "\(run.output)")
        await other.close()
        await region.close()
    }

    @Test("a server without TLS is called so, and one that says nothing ends by the timeout", .timeLimit(.minutes(20)))
    func strangers() async throws {
        let region = try await TestRegion([])
        let group = try EventLoopGroup(count: 1)
        let server = try GRPCServer(group: group, services: [], tls: nil)
        let address = try await server.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
        let plain = try await ProgramRun.of(["probe", "127.0.0.1:\(address.port)", "--identity", region.identity])
        #expect(
            plain.code == 1 && plain.lines[3].hasPrefix("FAIL  tls") && plain.lines[3].contains("UNEXPECTED_MESSAGE"), "\(plain.output)")
        await server.shutdown(grace: .zero)
        await group.shutdown()
        let port = SilentPort()
        let silent = try await ProgramRun.of(["probe", port.place, "--identity", region.identity, "--timeout", "200ms"])
        #expect(silent.code == 1 && silent.lines[3].contains("HANDSHAKE_TIMEOUT"), "\(silent.output)")
        withExtendedLifetime(port) {}
        await region.close()
    }

    @Test("a refused method fails authorization with the reason", .timeLimit(.minutes(20)))
    func refused() async throws {
        var script = ScriptedAuthority.Script()
        script.nodes = {
            throw RPCError(
                code: .permissionDenied, message: "no rule", details: [GoogleRPC.ErrorInfo(reason: "NO_RULE", domain: "region.example")])
        }
        let region = try await TestRegion([HealthService(), ScriptedAuthority(script)])
        let run = try await ProgramRun.of(
            ["probe", region.place, "--identity", region.identity, "--method", "sampan.trust.v1.AuthorityService/ListNodes"])
        #expect(run.code == 1)
        #expect(run.lines.last?.contains("PERMISSION_DENIED: no rule (NO_RULE)") == true)
        await region.close()
    }
}
