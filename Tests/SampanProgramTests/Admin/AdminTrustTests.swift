import Foundation
import Testing

@testable import sampan

/// An admin's own certificate, and the authority's own folder, with the programs as they are installed.
@Suite("the admin's own trust, and commands without it", .serialized)
struct AdminTrustTests {
    @Test("root roll survives its own rollovers; who was away for all of them renews and goes on", .timeLimit(.minutes(20)))
    func rollovers() async throws {
        let region = try await FoundedRegion()
        defer { region.stop() }
        for copy in ["away", "reader"] { try FileManager.default.copyItem(atPath: region.file("admin"), toPath: region.file(copy)) }
        for kind in ["issuer", "root", "issuer", "root"] {
            let run = try await ProgramRun.of(["root", "roll", "--kind", kind] + region.options)
            #expect(run.code == 0, "\(kind): \(run.output)\(run.errors)")
            #expect(run.output.contains("over: in force everywhere"))
        }
        let status = try await ProgramRun.of(["status"] + region.options)
        #expect(status.code == 0 && status.output.contains("all ok"), "\(status.output)\(status.errors)")
        #expect(!status.errors.contains("renewed"), "it has followed")
        // 16 epochs, two issuers and two roots later; a call, and a stream.
        for (folder, command) in [("away", "status"), ("reader", "journal")] {
            let run = try await ProgramRun.of([command] + region.options(folder))
            #expect(run.code == 0, "\(command): \(run.errors)")
            #expect(run.errors.split(separator: "\n").count == 1 && run.errors.contains("its issuer was retired; now at epoch 17"))
            let again = try await ProgramRun.of([command] + region.options(folder))
            #expect(again.code == 0 && again.errors.isEmpty, "\(again.errors)")
        }
    }

    @Test("certs renew takes another certificate, of admins and of running nodes", .timeLimit(.minutes(20)))
    func renew() async throws {
        let region = try await FoundedRegion()
        defer { region.stop() }
        for folder in ["admin", "platform"] {
            let before = try String(contentsOfFile: region.file("\(folder)/identity.pem"), encoding: .utf8)
            let run = try await ProgramRun.of(["certs", "renew", "--json"] + region.place(of: folder))
            #expect(run.code == 0 && run.output.contains("\"serial\""), "\(run.errors)")
            #expect(try String(contentsOfFile: region.file("\(folder)/identity.pem"), encoding: .utf8) != before)
        }
        let missing = try await ProgramRun.of(["certs", "renew"] + region.place(of: "nobody"))
        #expect(missing.code == 1 && missing.errors.contains("no identity.pem"))
    }

    @Test("commands in the authority's folder need no certificate; a running platform pushes what they append", .timeLimit(.minutes(20)))
    func offline() async throws {
        let region = try await FoundedRegion()
        defer { region.stop() }
        try FileManager.default.removeItem(atPath: region.file("admin"))
        func run(_ arguments: [String], code: Int32 = 0) async throws -> ProgramRun {
            let run = try await ProgramRun.of(arguments)
            #expect(run.code == code, "\(arguments): \(run.output)\(run.errors)")
            return run
        }
        let lock = try await run(["lock", "--institution", "99", "--ttl", "1h", "--yes"] + region.offline)
        #expect(lock.output.contains("epoch 2"))
        _ = try await run(["unlock", "--institution", "99"] + region.offline)
        #expect(try await run(["denials"] + region.offline).output.contains("nobody is refused"))
        #expect(try await run(["journal"] + region.offline).output.contains("offline"))
        _ = try await run(["certs", "token", "--identity-uri", "hospital/1/his-1"] + region.offline)
        _ = try await run(["root", "plan", "--kind", "issuer"] + region.offline)
        #expect(try await run(["root", "prepare"] + region.offline, code: 1).errors.contains("ROOT_ASLEEP"))
        _ = try await run(["root", "prepare", "--root-passphrase-file", region.file("root.pass")] + region.offline)
        let enroll = ["authority", "enroll", "--folder", region.file("authority"), "--identity-uri", "admin/4699010000/li"]
        _ = try await run(enroll + ["--passphrase-file", region.file("working.pass"), "--into", region.file("li")])
        let wrong = try await run(enroll + ["--passphrase-file", region.file("root.pass"), "--into", region.file("x")], code: 1)
        #expect(wrong.errors.contains("not the right one"))
        let status = try await ProgramRun.of(["status"] + region.options("li"))
        #expect(status.output.contains("platform/4699010000/platform  3 "), "pushed: \(status.output)\(status.errors)")
        _ = try await run(["status"] + region.options("li") + region.offline, code: 64)
    }

    @Test("policy push waits for every node that is there; what is no policy is never sent", .timeLimit(.minutes(20)))
    func policy() async throws {
        let region = try await FoundedRegion()
        defer { region.stop() }
        let (good, bad) = (region.file("policy.yaml"), region.file("bad.yaml"))
        let services = ["AuthorityService", "TrustService", "NodeService"].map { "sampan.trust.v1.\($0)" }.joined(separator: ", ")
        try "version: 1\nrules:\n  - {id: all, methods: [\(services)], roles: [admin, platform]}\n".write(
            toFile: good, atomically: false, encoding: .utf8)
        try "rules: [".write(toFile: bad, atomically: false, encoding: .utf8)
        #expect(try await ProgramRun.of(["policy", "push", bad] + region.options).code == 2)
        let dry = try await ProgramRun.of(["policy", "push", good, "--dry-run"] + region.options)
        #expect(dry.code == 0 && dry.output.contains("would be in force"), "\(dry.errors)")
        let push = try await ProgramRun.of(["policy", "push", good] + region.options)
        #expect(push.code == 0 && push.output.contains("by epoch 2"), "\(push.output)\(push.errors)")
        #expect(push.lines.contains { $0.hasPrefix("platform/") && $0.contains("done") })
        let again = try await ProgramRun.of(["policy", "push", good] + region.options)
        #expect(again.code == 0 && again.output.contains("in force before"), "\(again.output)\(again.errors)")
        let level = try await ProgramRun.of(["policy", "push", good, "--minimum-protocol", "1", "--json"] + region.options)
        #expect(level.code == 0 && level.output.contains("\"minimumProtocol\" : 1"), "\(level.output)\(level.errors)")
        let tooHigh = try await ProgramRun.of(["policy", "push", good, "--minimum-protocol", "2", "--dry-run"] + region.options)
        #expect(tooHigh.code == 1 && tooHigh.errors.contains("this authority speaks level 1"), "\(tooHigh.output)\(tooHigh.errors)")
        let outdated = try await ProgramRun.of(["policy", "push", good, "--minimum-protocol", "2"] + region.options)
        #expect(outdated.code == 1 && outdated.errors.contains("below level 2 are platform/"), "\(outdated.output)\(outdated.errors)")
    }
}
