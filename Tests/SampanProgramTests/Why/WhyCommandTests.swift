import SampanMesh
import StoreTestSupport
import Testing

@Suite("sampan why", .blocking)
struct WhyCommandTests {
    private static func id(_ run: ProgramRun) throws -> String {
        let line = try #require(run.errors.split(separator: "\n").first { $0.hasPrefix("  call ") }, "\(run.output)\(run.errors)")
        return String(line.dropFirst("  call ".count).prefix { $0 != ":" })
    }

    @Test("a call that another node refuses is told hop by hop; whose it is not hears nothing of it", .timeLimit(.minutes(20)))
    func hops() async throws {
        let region = try await FoundedRegion()
        defer { region.stop() }
        let (near, far) = (FoundedRegion.freePlace(), FoundedRegion.freePlace())
        let nearNode = try await region.node("hospital/4699010001/his-1", "listen: \(near)")
        defer { nearNode.kill() }
        let farNode = try await region.node("center/4699010002/ecg-1", "listen: \(far)\nmesh: { advertise: [\"\(far)\"] }")
        defer { farNode.kill() }
        for (uri, folder) in [("app/4699010001/his", "program"), ("app/4699010003/other", "stranger")] {
            try await region.enroll(uri, into: folder)
        }
        let identity = ["--node", near, "--identity", region.file("program")]
        func call(_ target: String, _ service: String) async throws -> ProgramRun {
            try await ProgramRun.of(
                ["call", "grpc.health.v1.Health/Check", "-d", "{\"service\":\"\(service)\"}", "--header", "sampan-to: \(target)"] + identity
            )
        }
        // Until the route has come.
        while try await call("4699010002", "").code != 0 {}
        let failed = try await call("4699010002", "no.Such")
        #expect(failed.code == 64 + 5, "\(failed.errors)")
        let id = try Self.id(failed)
        let admin = ["--node", near, "--identity", region.file("admin")]
        let why = try await ProgramRun.of(["why", id] + admin)
        #expect(why.code == 0, "\(why.errors)")
        #expect(why.lines.first == "spiffe://region.example/hospital/4699010001/his-1 at \(near)", "\(why.output)")
        #expect(why.output.contains("ended NOT_FOUND, made by the node of 4699010002, or one behind it"), "\(why.output)")
        #expect(why.output.contains("left for 4699010002 at \(far)") && why.output.contains("received"), "\(why.output)")
        #expect(why.output.contains("next node: spiffe://region.example/center/4699010002/ecg-1 at \(far)"), "\(why.output)")
        #expect(why.output.contains("ended NOT_FOUND, made by the service on this node"), "\(why.output)")
        #expect(
            why.output.contains("called by app his of 4699010001") && why.output.contains("by way of 4699010001/his-1"), "\(why.output)")
        #expect(why.lines.last?.hasPrefix("what to do: ") == true, "\(why.output)")
        #expect(!why.output.contains("no.Such"), "nothing of a message is remembered")
        let own = try await ProgramRun.of(["why", id] + identity)
        #expect(own.code == 0 && own.output.contains("next node: spiffe"), "\(own.output)\(own.errors)")
        let stranger = try await ProgramRun.of(["why", id, "--node", near, "--identity", region.file("stranger")])
        #expect(stranger.code == 1 && stranger.errors.contains("knows no call \(id) of your institution"), "\(stranger.errors)")
        // Refused before it leaves: a policy, and a name.
        let denied = try await ProgramRun.of(["call", "sampan.trust.v1.NodeService/GetNodeStatus"] + identity)
        let rule = try await ProgramRun.of(["why", try Self.id(denied)] + admin)
        #expect(
            rule.output.contains("ROLE_NOT_ALLOWED (policy.sampan)") && rule.output.contains("rules sampan.trust.v1.NodeService"),
            "\(rule.output)")
        #expect(rule.lines.last?.contains("sampan can") == true, "\(rule.output)")
        let nowhere = try await call("4699010009", "")
        let name = try await ProgramRun.of(["why", try Self.id(nowhere), "--json"] + admin)
        #expect(
            name.output.contains("\"reason\" : \"INSTITUTION_UNKNOWN\"") && name.output.contains("\"problem\" : \"\""), "\(name.output)")
        // A next node that has gone: the first one's story still stands.
        farNode.kill()
        let gone = try await ProgramRun.of(["why", id, "--timeout", "5s"] + admin)
        #expect(gone.code == 0 && gone.output.contains("it does not tell: \(far)"), "\(gone.output)\(gone.errors)")
        let unknown = try await ProgramRun.of(["why", String(repeating: "a", count: 32)] + admin)
        #expect(unknown.code == 1 && unknown.errors.contains("knows no call"), "\(unknown.errors)")
        let wrong = try await ProgramRun.of(["why", "xyz"] + admin)
        #expect(wrong.code == 64)
        let list = try await ProgramRun.of(["why"] + admin)
        #expect(list.code == 0 && list.output.contains(id) && list.lines.last?.hasSuffix("remembered") == true, "\(list.output)")
    }
}
