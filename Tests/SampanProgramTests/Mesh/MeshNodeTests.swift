import SampanAPI
import SampanMesh
import SampanRPC
import SampanTransport
import StoreTestSupport
import Testing

@Suite("Nodes of a region find each other", .blocking)
struct MeshNodeTests {
    private static let health = GRPCHealthV1.HealthMethods.check

    /// What `target` answers to a program of 4699010001 at its own node: the status of its health, or a code and a reason.
    private static func outcome(_ channel: ClientChannel, to target: String) async -> String {
        do {
            var metadata = Metadata()
            try metadata.append(target, for: "sampan-to")
            let reply = try await GRPCHealthV1.HealthClient(channel).check(
                GRPCHealthV1.HealthCheckRequest(), options: CallOptions(timeout: .seconds(20), metadata: metadata))
            return "\(reply.status)"
        } catch {
            guard let error = error as? RPCError else { return "\(error)" }
            return "\(error.code) \(error.errorInfo?.reason ?? error.message)"
        }
    }

    /// Asks until the answer is another than `before`: routes come with an epoch, of which nobody here hears.
    private static func outcome(_ channel: ClientChannel, to target: String, after before: String) async throws -> String {
        while true {
            let outcome = await outcome(channel, to: target)
            if outcome != before { return outcome }
            try await Waiting.moment()
        }
    }

    @Test(
        "PL-01 a node registers, and a program of another institution reaches it by name; the platform may be gone",
        .timeLimit(.minutes(20))
    )
    func reach() async throws {
        let region = try await FoundedRegion()
        defer { region.stop() }
        let (near, far) = (FoundedRegion.freePlace(), FoundedRegion.freePlace())
        let nearNode = try await region.node(
            "hospital/4699010001/his-1", "listen: \(near)\nmesh: { advertise: [\"\(near)\"], parent: \"4699010000\", capacity: 40 }")
        defer { nearNode.kill() }
        let farNode = try await region.node(
            "center/4699010002/ecg-1",
            "listen: \(far)\nmesh: { advertise: [\"\(far)\"], versions: [{ service: grpc.health.v1.Health, version: 1.2.3 }] }")
        defer { farNode.kill() }
        try await region.enroll("app/4699010001/his", into: "program")
        let credentials = try NodeTrustFolder(path: region.file("program")).read(trustDomain: FoundedRegion.domain).credentials
        let group = try EventLoopGroup(count: 1)
        let place = try #require(HostAndPort(near))
        let channel = try ClientChannel(group: group, endpoints: [Endpoint(place)], credentials: credentials)
        #expect(try await Self.outcome(channel, to: "4699010002", after: "NOT_FOUND INSTITUTION_UNKNOWN") == "serving")
        #expect(await Self.outcome(channel, to: "4699010002/ecg-1") == "serving")
        #expect(await Self.outcome(channel, to: "4699010001") == "serving")
        #expect(await Self.outcome(channel, to: "4699010009") == "NOT_FOUND INSTITUTION_UNKNOWN")
        #expect(await Self.outcome(channel, to: "parent") == "UNIMPLEMENTED NO_PARENT_SERVES")
        // A village's clinic without a node: its records are kept by the centre.
        let set = try await ProgramRun.of(["custodian", "set", "4699010009", "4699010002"] + region.options)
        #expect(set.code == 0 && set.errors.isEmpty, "\(set.output)\(set.errors)")
        #expect(try await Self.outcome(channel, to: "4699010009", after: "NOT_FOUND INSTITUTION_UNKNOWN") == "serving")
        #expect(await Self.outcome(channel, to: "custodian-of:4699010009") == "serving")
        let routes = try await ProgramRun.of(["routes"] + region.options)
        #expect(routes.code == 0 && routes.lines.count == 6, "\(routes.output)\(routes.errors)")
        #expect(
            routes.lines.contains {
                $0.hasPrefix("4699010001/his-1") && $0.contains(near) && $0.contains("4699010000") && $0.contains(" 40 ")
            })
        #expect(
            routes.lines.contains {
                $0.hasPrefix("4699010002/ecg-1") && $0.contains("grpc.health.v1.Health 1.2.3") && $0.contains(" 10000 ")
            })
        #expect(routes.lines.contains { $0.hasPrefix("4699010009") && $0.hasSuffix("4699010002") }, "\(routes.output)")
        let json = try await ProgramRun.of(["routes", "--json"] + region.offline)
        #expect(json.code == 0 && json.output.contains("\"node\" : \"4699010002/ecg-1\""), "\(json.output)\(json.errors)")
        for configuration in ["platform.yaml", "hospital-4699010001-his-1.yaml", "center-4699010002-ecg-1.yaml"] {
            let check = try await ProgramRun.of(["check", "--config", region.file(configuration), "--offline"])
            let kind = configuration.prefix { $0 != "-" && $0 != "." }
            #expect(check.output.contains("is the configuration of a \(kind)"), "\(check.output)\(check.errors)")
        }
        // What a node knows it knows without the platform.
        region.stop()
        #expect(await Self.outcome(channel, to: "4699010002") == "serving")
        farNode.kill()
        let lost = try await Self.outcome(channel, to: "4699010002", after: "serving")
        #expect(lost.hasPrefix("UNAVAILABLE on the way to 4699010002"), "\(lost)")
        await channel.shutdown(grace: .zero)
        await group.shutdown()
    }
}
