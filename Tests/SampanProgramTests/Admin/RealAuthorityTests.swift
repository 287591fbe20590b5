import Foundation
import SampanAPI
import SampanAuthority
import SampanCrypto
import SampanDomain
import SampanMesh
import StoreTestSupport
import Testing

@testable import sampan

/// The commands against the authority itself: what both sides take the contract to mean.
@Suite("the admin's commands on a real authority", .blocking)
struct RealAuthorityTests {
    private static func passphrase(_ text: String) throws -> Passphrase {
        var bytes = Array(text.utf8)
        return try Passphrase(taking: &bytes)
    }

    @Test("token, a whole rollover, lock, revoke, CRLs and the journal", .timeLimit(.minutes(20)))
    func whole() async throws {
        let directory = try TemporaryDirectory()
        var configuration = AuthorityConfiguration()
        configuration.keyCost = ScryptCost(cost: 16, blockSize: 8, parallelization: 1)
        let authority = try await Authority.found(
            AuthorityFounding(trustDomain: TestRegion.domain, organization: "海南医疗区"), folder: AuthorityFolder(directory.file("authority")),
            passphrases: AuthorityPassphrases(working: try Self.passphrase("工作"), root: try Self.passphrase("根")),
            configuration: configuration,
            clock: AuthorityClock(
                wall: { UnixTime(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9)) },
                uptime: { Int64(ProcessInfo.processInfo.systemUptime * 1e9) }))
        let region = try await TestRegion([AuthorityDesk(authority)])
        func run(_ arguments: [String], code: Int32 = 0) async throws -> ProgramRun {
            let run = try await ProgramRun.of(arguments + region.options)
            #expect(run.code == code, "\(arguments): \(run.output)\(run.errors)")
            return run
        }
        let token = try await run(["certs", "token", "--identity-uri", "hospital/12345678/his-1", "--dns", "his.local"])
        #expect(try EnrollmentTicket(text: token.output).token.count == 32)
        _ = try await run(["root", "status"])
        _ = try await run(["root", "plan", "--kind", "root", "--dry-run"])
        _ = try await run(["root", "plan", "--kind", "root"])
        _ = try await run(["root", "plan", "--kind", "root"])
        _ = try await run(["root", "retire"], code: 1)
        _ = try await run(["root", "prepare", "--dry-run"])
        _ = try await run(["root", "roll", "--kind", "root"])
        _ = try await run(["root", "status", "--json"])
        _ = try await run(["root", "roll", "--kind", "issuer"])
        _ = try await run(["lock", "--institution", "12345678", "--ttl", "2h", "--message", "维护中", "--dry-run"])
        _ = try await run(["lock", "--institution", "12345678", "--ttl", "2h", "--message", "维护中", "--yes"])
        _ = try await run(["unlock", "--institution", "12345678", "--dry-run"])
        _ = try await run(["unlock", "--institution", "12345678"])
        _ = try await run(["revoke", "--node", "hospital/12345678/his-1", "--reason", "key-compromise", "--yes"])
        _ = try await run(["unlock", "--node", "hospital/12345678/his-1"], code: 1)
        _ = try await run(["revoke", "--serial", "ab:01", "--reason", "superseded", "--yes"])
        _ = try await run(["denials", "--crl", directory.file("crl")])
        _ = try await run(["status"])
        let dry = try await run(["custodian", "set", "12345679", "12345678", "--dry-run"])
        #expect(dry.output.contains("dry run: 12345678 keeps for 12345679"))
        _ = try await run(["custodian", "set", "12345679", "12345678"])
        #expect(try await run(["custodian", "set", "12345679", "12345678"]).output.contains("as before"))
        _ = try await run(["custodian", "set", "12345679", "12345677", "--service", "a.v1.B", "--json"])
        _ = try await run(["custodian", "set", "12345678", "12345677"], code: 1)
        _ = try await run(["custodian", "set", "12345679", ""], code: 64)
        _ = try await run(["custodian", "unset", "12345679", "--service", "a.v1.B"])
        #expect(try await run(["journal"]).output.contains("custodian of 12345679 for a.v1.B: none any more"))
        let journal = try await run(["journal"])
        #expect(journal.output.contains("admin/health/li") && journal.output.contains("verified:"))
        await region.close()
        await authority.close()
    }
}
