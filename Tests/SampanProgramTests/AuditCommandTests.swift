import ArgumentParser
import Foundation
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC
import StoreTestSupport
import Testing

@testable import sampan

@Suite("sampan audit")
struct AuditCommandTests {
    private static let now = Int64(Date().timeIntervalSince1970)
    private let directory: TemporaryDirectory
    private let authority: DevelopmentAuthority

    init() throws {
        directory = try TemporaryDirectory()
        authority = try DevelopmentAuthority.create(
            directory: directory.file("certs"), trustDomain: "sampan.test", organization: nil, days: 30, now: Self.now)
    }

    private func run(_ arguments: [String]) -> Int32 {
        do {
            var command = try Sampan.parseAsRoot(["audit"] + arguments)
            try command.run()
            return 0
        } catch {
            return Sampan.exitCode(for: error).rawValue
        }
    }

    /// A data folder with a log of three entries; returns the mark of its end.
    private func log() async throws -> String {
        let identity = try PeerIdentity(trustDomain: "sampan.test", role: .gateway, institution: "1", node: "g1")
        let issued = try authority.issue(
            NodeCertificateRequest(identity: identity, dnsNames: [], addresses: [], organization: nil, days: 10), now: Self.now)
        let signer = AuditSigner(try CredentialFile.identity(certificate: issued.certificate, key: issued.key))
        let time = try UnixTime(seconds: Self.now)
        let log = try await AuditLog.open(
            path: directory.file("audit.db"), signer: { signer }, time: AuditTime(now: { time })
        ) { _ in }
        for detail in ["吊销 县医院", "\u{1B}[31mred", ""] {
            try await log.append(AuditRecord(at: time, kind: .admin, actor: "管理员", detail: detail))
        }
        await log.close()
        let chain = try AuditArchive(path: directory.file("audit.db")).verify()
        return "\(chain.number):\(Hexadecimal.lowercase(chain.hash))"
    }

    @Test("verify: whole 0; cut, strange or missing 1; wrong usage 64; by file and by folder")
    func verify() async throws {
        let mark = try await log()
        let trust = authority.files.trust
        for path in [directory.path, directory.file("audit.db")] {
            for json in [[], ["--json"]] {
                #expect(run(["verify", path] + json) == 0)
                #expect(run(["verify", path, "--trust", trust, "--mark", mark] + json) == 0)
                #expect(run(["verify", path, "--mark", "4" + mark.dropFirst()] + json) == 1)
            }
        }
        let stranger = try DevelopmentAuthority.create(
            directory: directory.file("other"), trustDomain: "sampan.test", organization: nil, days: 30, now: Self.now)
        #expect(run(["verify", directory.path, "--trust", stranger.files.trust]) == 1)
        #expect(run(["verify", directory.file("none")]) == 1)
        #expect(run(["verify", trust]) == 1)
        for mark in ["1", "0:" + String(repeating: "0", count: 64), "1:xy", "1:" + String(repeating: "é", count: 32)] {
            #expect(run(["verify", directory.path, "--mark", mark]) == 64)
        }
        #expect(run(["verify", directory.path, "--trust", directory.file("none.pem")]) == 64)
    }

    @Test("show: 0 with any filter, 1 without a log, 64 for a time that is none")
    func show() async throws {
        _ = try await log()
        for options in [[], ["--json"], ["--since", "2h"], ["--since", "2026-11-18 08:00:00"], ["--kind", "denial"], ["--last", "1"]] {
            #expect(run(["show", directory.path] + options) == 0, "\(options)")
        }
        #expect(run(["show", directory.file("none")]) == 1)
        for since in ["2", "h", "2w", "-1h", "99999999999999999999s", "9999999999d", "昨天", ""] {
            #expect(run(["show", directory.path, "--since", since]) == 64, "\(since)")
        }
        #expect(run(["show", directory.path, "--last", "0"]) == 64)
    }

    @Test("RE-17 prove and export: files that are written, 1 for what is not there, 64 for wrong usage")
    func proofs() async throws {
        _ = try await log()
        let out = directory.file("out")
        let key = String(repeating: "0a", count: 32)
        for proof in [["--entry", "2"], ["--since", "0"], ["--since", "3"], ["--person-key", key], ["--head"]] {
            for json in [[], ["--json"]] {
                #expect(run(["prove", directory.path, "--out", out] + proof + json) == 0, "\(proof)")
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: out)).starts(with: Array("sampan audit ".utf8)))
        }
        for proof in [["--entry", "4"], ["--since", "9"], ["--person", "7"]] {
            #expect(run(["prove", directory.path, "--out", out] + proof) == 1, "\(proof)")
        }
        for proof in [
            [], ["--entry", "0"], ["--entry", "1", "--head"], ["--person-key", "0a"], ["--person", "0"],
            ["--person-key", "x" + key.dropFirst()],
        ] {
            #expect(run(["prove", directory.path, "--out", out] + proof) == 64, "\(proof)")
        }
        #expect(run(["export", directory.path, "--out", out]) == 0)
        #expect(run(["export", directory.path, "--out", out, "--from", "2", "--through", "3", "--json"]) == 0)
        #expect(run(["export", directory.path, "--out", out, "--from", "4"]) == 1)
        #expect(run(["export", directory.path, "--out", directory.file("none/out")]) == 1)
        #expect(run(["export", directory.file("none"), "--out", out]) == 1)
        #expect(run(["export", directory.path, "--out", out, "--from", "3", "--through", "2"]) == 64)
    }
}
