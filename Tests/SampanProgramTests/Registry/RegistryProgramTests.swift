import Foundation
import SampanAPI
import SampanCrypto
import SampanRPC
import SampanTransport
import StoreTestSupport
import Testing

@testable import sampan

/// The registry on a real platform node, by its commands, and staff tokens at a hospital's node that follows it.
@Suite("The registry's commands on real nodes", .blocking)
struct RegistryProgramTests {
    private static func write(_ text: String, _ file: String) throws {
        try text.write(toFile: file, atomically: true, encoding: .utf8)
    }

    private static func writeFiles(_ region: FoundedRegion) throws {
        try write(
            """
            code,version,name,aliases,kind,region,licences,status,effective_from,effective_until
            4699010001,,示范县医院,,hospital,469001,,,,
            4699010000,,示范卫生区,,administration,469000,,,,

            """, region.file("institutions.csv"))
        try write("code,name\n46,海南省\n", region.file("provinces.csv"))
        try write("code,name,provinceCode\n4690,省直辖县级行政区划,46\n", region.file("cities.csv"))
        try write("code,name,cityCode,provinceCode\n469001,五指山市,4690,46\n", region.file("areas.csv"))
        try write(
            """
            staff_id,version,name,roles,title,department,licence,status,home,effective_from,effective_until
            li.wei,,李伟,doctor,主任医师,,110330000012345|医师执业证书|2020-01-01|,,,,

            """, region.file("staff.csv"))
    }

    @Test("institutions, staff, codes and tokens, from files to a refused call", .timeLimit(.minutes(20)))
    func whole() async throws {
        let region = try await FoundedRegion("registry: { folder: registry, scheme: local }")
        defer { region.stop() }
        let place = region.place
        func run(_ arguments: [String], code: Int32 = 0, as identity: String = "admin") async throws -> ProgramRun {
            let run = try await ProgramRun.of(arguments + ["--identity", region.file(identity), "--timeout", "1m"])
            #expect(run.code == code, "\(arguments): \(run.output)\(run.errors)")
            return run
        }
        try Self.writeFiles(region)
        _ = try await run(
            ["codes", "import", place, "GBT2260"] + ["provinces.csv", "cities.csv", "areas.csv"].map { region.file($0) } + [
                "--label", "2023",
            ])
        #expect(try await run(["codes", "show", place, "GBT2260", "--code", "469001"]).output.contains("海南省"))
        let dry = try await run(["institution", "import", place, region.file("institutions.csv"), "--dry-run"])
        #expect(dry.output.contains("dry run: 2 rows: 2 new"))
        _ = try await run(["institution", "import", place, region.file("institutions.csv")])
        #expect(try await run(["institution", "list", place]).output.contains("示范县医院"))
        try Self.write("code,version\n", region.file("bad.csv"))
        let bad = try await run(["institution", "import", place, region.file("bad.csv")], code: 65)
        #expect(bad.errors.contains("line 1, column name"))
        let near = FoundedRegion.freePlace()
        let hospital = try await region.node("hospital/4699010001/his-1", "listen: \(near)\nstaff: { limit: 2s }")
        defer { hospital.kill() }
        let folder = "hospital-4699010001-his-1"
        // By the hospital's own certificate.
        _ = try await run(["staff", "import", place, "4699010001", region.file("staff.csv")], as: folder)
        #expect(try await run(["staff", "list", place, "4699010001", "--json"]).output.contains("主任医师"))
        #expect(try await run(["staff", "lookup", place, "4699010001", "--name", "李伟"]).output.contains("110330000012345"))
        #expect(try await run(["staff", "export", place, "4699010001"]).output.contains("li.wei,1,李伟,doctor"))
        let identity = "\(region.file(folder))/identity.pem"
        let token = try await ProgramRun.of([
            "staff", "token", "--key", identity, "--cert", identity, "--staff", "li.wei", "--role", "doctor", "--audience", "4699010000",
            "--audience", "4699010001",
        ])
        #expect(token.code == 0, "\(token.errors)")
        let signed = try #require(Base64.decode(text: token.lines.first ?? ""))

        // Over the hospital's own certificate the platform believes it; an admin's certificate it is not bound to.
        #expect(try await Self.ask(region, folder, signed) == "OK")
        #expect(try await Self.ask(region, "admin", signed) == "STAFF_TOKEN_BINDING")
        #expect(try await Self.ask(region, folder, Array(signed.dropLast())) == "STAFF_TOKEN_MALFORMED")
        // The hospital's own node follows the registry, and signs for a program of its institution.
        #expect(try await Self.settled(region, folder, signed, at: near, "OK"))
        try await region.enroll("app/4699010001/his", into: "app")
        let issued = try await Self.remote(region, "app", near).connected {
            try await MeshV1.StaffTokenServiceClient($0).issueStaffToken(
                MeshV1.IssueStaffTokenRequest(staffID: "li.wei", roles: ["doctor"], audience: ["4699010000"])
            ).token
        }
        #expect(try await Self.ask(region, "app", issued) == "OK")
        #expect(try await Self.ask(region, folder, issued) == "STAFF_TOKEN_BINDING")
        _ = try await run(["staff", "suspend", place, "4699010001", "li.wei", "--reason", "调查"])
        #expect(try await Self.ask(region, folder, signed) == "STAFF_SUSPENDED")
        #expect(try await Self.settled(region, folder, signed, at: near, "STAFF_SUSPENDED"))
        _ = try await run(["staff", "restore", place, "4699010001", "li.wei"], code: 1, as: folder)
        _ = try await run(["staff", "restore", place, "4699010001", "li.wei"])
        #expect(try await Self.ask(region, folder, signed) == "OK")
        _ = try await run(["institution", "suspend", place, "4699010001", "--reason", "吊销"])
        #expect(try await Self.ask(region, folder, signed) == "INSTITUTION_SUSPENDED")
        #expect(try await run(["institution", "show", place, "4699010001", "--history"]).output.contains("吊销"))
        let audit = try await ProgramRun.of(["audit", "show", region.file("authority"), "--json"])
        #expect(audit.output.contains("STAFF_SUSPENDED") && !audit.output.contains("李伟"), "\(audit.errors)")
    }

    private static func remote(_ region: FoundedRegion, _ identity: String, _ place: String) throws -> RemoteNode {
        let folder = region.file(identity)
        let credentials = try IdentityOptions.credentials(
            IdentityOptions.Files(certificate: "\(folder)/identity.pem", key: "\(folder)/identity.pem", trust: "\(folder)/trust.pem"))
        return RemoteNode(address: try #require(HostAndPort(place)), credentials: credentials, timeout: .seconds(30))
    }

    /// What a call with a token ends with: OK, or the stable reason.
    private static func ask(
        _ region: FoundedRegion, _ identity: String, _ token: [UInt8], at place: String? = nil
    ) async throws -> String {
        try await remote(region, identity, place ?? region.place).connected { channel in
            var metadata = Metadata()
            try metadata.append(token, for: "sampan-staff-bin")
            do throws(RPCError) {
                // Everybody may, at every node.
                _ = try await GRPCHealthV1.HealthClient(channel).check(
                    GRPCHealthV1.HealthCheckRequest(), options: CallOptions(metadata: metadata))
                return "OK"
            } catch {
                return error.detail(GoogleRPC.ErrorInfo.self)?.reason ?? "\(error)"
            }
        }
    }

    /// Asks until the answer is the one that has to come; each ask is a connection of its own, so this waits on the other side alone.
    private static func settled(
        _ region: FoundedRegion, _ identity: String, _ token: [UInt8], at place: String, _ answer: String
    ) async throws -> Bool {
        for _ in 0..<500 {
            if try await ask(region, identity, token, at: place) == answer { return true }
        }
        return false
    }
}
