import Foundation
import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import StoreTestSupport
import Testing

@testable import SampanAuthority

@Suite("Founding and opening an authority", .timeLimit(.minutes(20)))
struct FoundingTests {
    @Test("a folder that nobody else enters; opened again it is the same authority")
    func founded() async throws {
        let fixture = try await AuthorityFixture()
        let state = fixture.authority.state
        #expect(state.epochNumber == 1 && state.trustDomain == AuthorityFixture.domain)
        let files = FileManager.default
        for (path, mode) in [(fixture.folder.path, 0o700), (fixture.folder.keys, 0o700), (fixture.folder.journal, 0o600)] {
            let attributes = try files.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
        }
        let keys = try files.contentsOfDirectory(atPath: fixture.folder.keys).filter { $0.hasSuffix(".key") }
        #expect(keys.count == 2)
        for key in keys {
            let path = "\(fixture.folder.keys)/\(key)"
            #expect(try files.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
            #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
        }
        await fixture.authority.close()
        let again = try await fixture.another()
        #expect(again.state == state)
        await again.close()
    }

    @Test("founding where one is throws; nothing of it changes")
    func twice() async throws {
        let fixture = try await AuthorityFixture()
        let before = fixture.authority.state
        await #expect(throws: AuthorityError.self) {
            _ = try await Authority.found(
                AuthorityFounding(trustDomain: "other.test"), folder: fixture.folder, passphrases: AuthorityFixture.passphrases(),
                clock: fixture.time.clock)
        }
        let again = try await fixture.another()
        #expect(again.state == before)
    }

    @Test(
        "what is no trust domain is refused; no root's passphrase, no founding",
        arguments: [("", true), ("UPPER", true), ("ok.test", false)])
    func bad(domain: String, hasRoot: Bool) async throws {
        let directory = try TemporaryDirectory()
        let failure = await #expect(throws: AuthorityError.self) {
            _ = try await Authority.found(
                AuthorityFounding(trustDomain: domain), folder: AuthorityFolder(directory.file("a")),
                passphrases: AuthorityFixture.passphrases(root: hasRoot ? "r" : nil), clock: TestTime().clock)
        }
        switch failure {
        case .refused(.wrongDomain(domain)): #expect(hasRoot)
        case .rootAsleep: #expect(!hasRoot)
        default: Issue.record("\(String(describing: failure))")
        }
    }

    @Test("wrong passphrases are told, each at its place; a folder without an authority too")
    func passphrases() async throws {
        let fixture = try await AuthorityFixture()
        for (root, working) in [("root 根", "wrong"), ("wrong", "working 工作")] {
            let failure = await #expect(throws: AuthorityError.self) { _ = try await fixture.another(root: root, working: working) }
            guard case .crypto(let error) = failure else {
                Issue.record("\(String(describing: failure))")
                continue
            }
            #expect(error.reason == .wrongPassphrase)
        }
        let asleep = try await fixture.another(root: nil)
        #expect(!asleep.keys.canWakeRoot)
        let failure = await #expect(throws: AuthorityError.self) {
            _ = try await Authority(
                folder: AuthorityFolder("/tmp/sampan-nobody-there"), passphrases: AuthorityFixture.passphrases(), clock: fixture.time.clock)
        }
        guard case .absent = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test("a key's file that has gone, or is of another key, stops the start with its name")
    func keyFiles() async throws {
        let fixture = try await AuthorityFixture()
        let issuer = try #require(fixture.authority.state.activeIssuer)
        let path = "\(fixture.folder.keys)/\(Hexadecimal.text(issuer.keyID)).key"
        try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
        let missing = await #expect(throws: AuthorityError.self) { _ = try await fixture.another() }
        guard case .keyMissing(Hexadecimal.text(issuer.keyID)) = missing else {
            Issue.record("\(String(describing: missing))")
            return
        }
        let other = try PrivateKey.generate().pem(under: AuthorityFixture.passphrase("working 工作"))
        #expect(FileManager.default.createFile(atPath: path, contents: Data(other), attributes: [.posixPermissions: 0o600]))
        let foreign = await #expect(throws: AuthorityError.self) { _ = try await fixture.another() }
        guard case .crypto(let error) = foreign, error.reason == .keyMismatch else {
            Issue.record("\(String(describing: foreign))")
            return
        }
    }
}
