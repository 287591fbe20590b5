import Foundation
import SampanAPI
import SampanCrypto
import SampanMesh
import SampanRPC
import StoreTestSupport
import Testing

@testable import sampan

@Suite("sampan status, denials, certs token and handshakes, over mutual TLS")
struct StatusCommandTests {
    private static func node(_ name: String, acknowledged: UInt64 = 8, days: Double = 20) -> TrustV1.NodeStatus {
        TrustV1.NodeStatus(
            node: "spiffe://region.example/hospital/1/\(name)", acknowledged: acknowledged,
            certificateEndsAt: GoogleProtobuf.Timestamp(seconds: Int64(Date().timeIntervalSince1970 + days * 86_400 + 600), nanos: 0),
            skew: GoogleProtobuf.Duration(seconds: 0, nanos: 3_000_000), version: "1.4.0", connections: 3, streams: 9,
            epochHash: [0xAB] + [UInt8](repeating: 1, count: 31))
    }

    private func withNodes(_ nodes: [TrustV1.NodeStatus], _ body: (TestRegion) async throws -> Void) async throws {
        var script = ScriptedAuthority.Script()
        script.nodes = { TrustV1.ListNodesResponse(nodes: nodes, epochNumber: 8) }
        let region = try await TestRegion([ScriptedAuthority(script)])
        try await body(region)
        await region.close()
    }

    @Test("nodes in order are exit code 0, each in a line", .timeLimit(.minutes(20)))
    func fine() async throws {
        try await withNodes([Self.node("a"), Self.node("b")]) { region in
            let run = try await ProgramRun.of(["status"] + region.options)
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.lines.first == "node          epoch  trust         days  skew   connections  streams  state")
            #expect(run.lines.dropFirst().first == "hospital/1/a  8      ab0101010101  20    +3 ms  3            9        ok")
            let wide = try await ProgramRun.of(["status", "-w", "wide"] + region.options)
            #expect(wide.code == 0 && wide.output.contains("1.4.0") && wide.output.contains("never"))
        }
    }

    @Test("a node that lags or has few days left is exit code 1, also in JSON", .timeLimit(.minutes(20)))
    func marked() async throws {
        try await withNodes([Self.node("a", acknowledged: 7), Self.node("b", days: 4)]) { region in
            let run = try await ProgramRun.of(["status", "-w", "json"] + region.options)
            #expect(run.code == 1)
            let nodes = (try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])?["nodes"] as? [[String: Any]]
            #expect(nodes?.map { $0["marks"] as? [String] } == [["lagging"], ["expiring"]])
        }
    }

    @Test("who is not let in, and a platform that is not there, are one line and exit code 1", .timeLimit(.minutes(20)))
    func failures() async throws {
        var script = ScriptedAuthority.Script()
        script.nodes = { throw RPCError(code: .permissionDenied, message: "only admins 只有管理员") }
        let region = try await TestRegion([ScriptedAuthority(script)])
        let denied = try await ProgramRun.of(["status"] + region.options)
        #expect(denied.code == 1 && denied.errors == "Error: \(region.place): PERMISSION_DENIED: only admins 只有管理员\n")
        let other = try await TestRegion([ScriptedAuthority(script)])
        let stranger = try await ProgramRun.of(["status", "--platform", region.place, "--identity", other.identity])
        #expect(stranger.code == 1 && stranger.errors.contains("CERTIFICATE_AUTHORITY_INVALID"))
        await other.close()
        await region.close()
        let gone = try await ProgramRun.of(["status"] + region.options)
        #expect(gone.code == 1 && gone.errors.contains("UNAVAILABLE") && gone.errors.split(separator: "\n").count == 1)
        let nowhere = try await ProgramRun.of(["status", "--platform", region.place, "--identity", "/nonexistent"])
        #expect(nowhere.code == 1 && nowhere.errors.contains("/nonexistent/identity.pem"))
        let unnamed = try await ProgramRun.of(["status"])
        #expect(unnamed.code == 64 && unnamed.errors.contains("SAMPAN_PLATFORM"))
        let byEnvironment = try await ProgramRun.of(
            ["status"], environment: ["SAMPAN_PLATFORM": region.place, "SAMPAN_IDENTITY": region.identity])
        #expect(byEnvironment.code == 1 && byEnvironment.errors.contains("UNAVAILABLE"))
    }

    @Test("the ticket alone is on standard output", .timeLimit(.minutes(20)))
    func token() async throws {
        let root = try CertificateAuthority.selfSigned(
            subject: DistinguishedName(commonName: "某地根"), key: PrivateKey.generate(),
            validity: CertificateValidity(from: 1_700_000_000, lasting: 86_400)
        ).certificate.der
        let token = [UInt8](repeating: 7, count: 32)
        var script = ScriptedAuthority.Script()
        script.token = { request in
            #expect(request.identity == "spiffe://region.example/hospital/1/a" && request.dnsNames == ["his.local"])
            #expect(request.life == GoogleProtobuf.Duration(seconds: 3_600, nanos: 0))
            return TrustV1.CreateEnrollmentTokenResponse(
                token: request.requestID == "again" ? [] : token,
                expiresAt: GoogleProtobuf.Timestamp(seconds: 1_893_456_000, nanos: 0), rootFingerprint: [1, 2], rootCertificate: root)
        }
        let region = try await TestRegion([ScriptedAuthority(script)])
        let command = ["certs", "token", "--identity-uri", "hospital/1/a", "--dns", "his.local", "--life", "1h"] + region.options
        let run = try await ProgramRun.of(command)
        #expect(run.code == 0 && run.output.split(separator: "\n").count == 1)
        let ticket = try EnrollmentTicket(text: run.output)
        #expect(ticket.token == token && ticket.root == root)
        #expect(run.errors.contains("2030-01-01T00:00:00Z") && !run.errors.contains("BwcH"))
        let again = try await ProgramRun.of(command + ["--request-id", "again"])
        #expect(again.code == 1 && again.output.isEmpty && again.errors.contains("cannot be shown again"))
        let dry = try await ProgramRun.of(command + ["--dry-run"])
        #expect(dry.code == 0 && dry.output.isEmpty)
        await region.close()
    }

    @Test("denials are listed; a list that is none is no file", .timeLimit(.minutes(20)))
    func denials() async throws {
        var script = ScriptedAuthority.Script()
        script.denials = {
            TrustV1.ListDenialsResponse(
                denials: [
                    TrustV1.Denial(reason: .cessation, message: "已退出", subject: .institution("1")),
                    TrustV1.Denial(
                        reason: .locked, endsAt: GoogleProtobuf.Timestamp(seconds: 1_893_456_000, nanos: 0),
                        subject: .certificates(TrustV1.CertificateDenial(issuerKeyID: [0xAB], serials: [[1]]))),
                ], epochNumber: 4)
        }
        script.lists = [[0x30, 0]]
        let region = try await TestRegion([ScriptedAuthority(script)])
        let run = try await ProgramRun.of(["denials"] + region.options)
        #expect(run.code == 0 && run.output.contains("institution 1      cessation  for good              已退出"))
        #expect(run.output.contains("certificate ab:01  locked     2030-01-01T00:00:00Z"))
        let export = try await ProgramRun.of(["denials", "--crl", region.directory.file("crl")] + region.options)
        #expect(export.code == 1 && export.errors.contains("cannot be read"))
        #expect(!FileManager.default.fileExists(atPath: region.directory.file("crl")))
        await region.close()
    }

    @Test("failed handshakes are told with cause and advice", .timeLimit(.minutes(20)))
    func handshakes() async throws {
        let failure = TrustV1.HandshakeFailure(
            address: "10.0.3.9", at: GoogleProtobuf.Timestamp(seconds: 1_893_456_000, nanos: 0), label: "CERTIFICATE_EXPIRED",
            cause: "it has expired", advice: "renew it", detail: "\u{1B}[2J", names: ["spiffe://region.example/hospital/1/a"], serial: [5])
        let region = try await TestRegion([ScriptedNode(failures: [failure])])
        let options = ["--identity", region.identity]
        let run = try await ProgramRun.of(["handshakes", region.place] + options)
        #expect(run.code == 0 && run.output.contains("CERTIFICATE_EXPIRED  hospital/1/a  it has expired; renew it (\\u{1B}[2J)"))
        let none = try await ProgramRun.of(["handshakes", region.place, "--address", "10.0.0.1"] + options)
        #expect(none.code == 0 && none.output.contains("no handshake has failed"))
        await region.close()
    }

    @Test("connections are listed, all or of one way, and it is said where there are more", .timeLimit(.minutes(20)))
    func connections() async throws {
        func connection(_ direction: String, _ node: String, _ waiting: UInt64) -> TrustV1.ConnectionState {
            TrustV1.ConnectionState(
                direction: direction, peer: "spiffe://region.example/hospital/\(node)", address: "10.0.3.9:5\u{1B}[2J", serial: [5, 0xAB],
                certificateEndsAt: GoogleProtobuf.Timestamp(seconds: 1_893_456_000, nanos: 0),
                age: GoogleProtobuf.Duration(seconds: 7_200, nanos: 0), silence: GoogleProtobuf.Duration(seconds: 0, nanos: 5_000_000),
                openCalls: 3, startedCalls: 1_000, receivedBytes: 20_480, sentBytes: 100, waitingBytes: waiting, draining: waiting > 0)
        }
        let region = try await TestRegion([ScriptedNode(connections: [connection("in", "1/a", 0), connection("out", "2/b", 65_536)])])
        let options = ["--identity", region.identity]
        let all = try await ProgramRun.of(["conn", "ls", region.place] + options)
        #expect(all.code == 0)
        #expect(
            all.output.contains("in   hospital/1/a  10.0.3.9:5\\u{1B}[2J  2 h  5 ms    3     1000   20 KiB  100 B  0 B      2030"),
            "\(all.output)")
        #expect(all.output.contains("2 of 4 connections, 6 open calls"), "\(all.output)")
        let out = try await ProgramRun.of(["conn", "ls", region.place, "--direction", "out", "--json"] + options)
        #expect(out.code == 0 && out.output.contains("\"serial\" : \"05ab\"") && !out.output.contains("hospital/1"), "\(out.output)")
        #expect(out.output.contains("\"isDraining\" : true") && out.output.contains("\"waitingBytes\" : 65536"), "\(out.output)")
        let wrong = try await ProgramRun.of(["conn", "ls", region.place, "--direction", "up"] + options)
        #expect(wrong.code == 64)
        await region.close()
    }
}
