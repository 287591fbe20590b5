import Foundation
import SampanCrypto
import SampanMesh
import SampanRPC
import Testing

@Suite("Development authority")
struct DevelopmentAuthorityTests {
    static let now: Int64 = 1_800_000_000

    /// Runs `body` with a directory name that is free, in a directory removed afterwards.
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: base) }
        try body("\(base)/certs")
    }

    private func create(_ directory: String, overwrite: Bool = false) throws(TrustError) -> DevelopmentAuthority {
        try DevelopmentAuthority.create(
            directory: directory, trustDomain: "sampan.test", organization: "某市卫生健康委员会", days: 30, now: Self.now,
            overwrite: overwrite)
    }

    private func request(_ domain: String = "sampan.test", node: String = "his-1", days: Int = 10) throws -> NodeCertificateRequest {
        NodeCertificateRequest(
            identity: try PeerIdentity(trustDomain: domain, role: .hospital, institution: "12345678", node: node),
            dnsNames: ["localhost"], addresses: ["127.0.0.1"], organization: "县医院", days: days)
    }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test("makes, opens, issues; keys are the owner's only")
    func issues() throws {
        try withDirectory { directory in
            _ = try create(directory)
            let authority = try DevelopmentAuthority(directory: directory)
            #expect(authority.trustDomain == "sampan.test")
            let issued = try authority.issue(try request(), now: Self.now)
            #expect(issued.key == "\(directory)/hospital-12345678-his-1.key")
            #expect(try mode(directory) == 0o700)
            for key in [issued.key, authority.files.rootKey, authority.files.issuingKey] { #expect(try mode(key) == 0o600) }
            let identity = try CredentialFile.identity(certificate: issued.certificate, key: issued.key)
            #expect(identity.chain.count == 2)
            #expect(identity.leaf.subject.organization == "县医院")
            #expect(identity.leaf.alternativeNames?.uris == ["spiffe://sampan.test/hospital/12345678/his-1"])
            #expect(identity.leaf.validity == CertificateValidity(from: Self.now, lasting: 10 * 86_400))
            #expect(try CredentialFile.certificates(authority.files.trust).count == 1)
            let names = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(names.count == 7 && !names.contains { $0.hasSuffix(".tmp") })
        }
    }

    @Test("nothing that exists is replaced unless told to")
    func overwrite() throws {
        try withDirectory { directory in
            let authority = try create(directory)
            let issued = try authority.issue(try request(), now: Self.now)
            let before = try Data(contentsOf: URL(fileURLWithPath: issued.key))
            let again = try #require(throws: TrustError.self) { try authority.issue(try request(), now: Self.now) }
            #expect(again.reason == .fileExists && again.detail.contains("--force"))
            let root = try #require(throws: TrustError.self) { try create(directory) }
            #expect(root.reason == .fileExists)
            #expect(try Data(contentsOf: URL(fileURLWithPath: issued.key)) == before)
            _ = try authority.issue(try request(), now: Self.now, overwrite: true)
            #expect(try Data(contentsOf: URL(fileURLWithPath: issued.key)) != before)
            #expect(try mode(issued.key) == 0o600)
            _ = try create(directory, overwrite: true)
        }
    }

    @Test("a prefix chooses the names; a missing directory is a clear error that leaves nothing")
    func prefix() throws {
        try withDirectory { directory in
            let authority = try create(directory)
            let issued = try authority.issue(try request(), prefix: "\(directory)/node", now: Self.now)
            #expect(issued.certificate == "\(directory)/node.pem")
            let error = try #require(throws: TrustError.self) {
                try authority.issue(try request(), prefix: "\(directory)/none/node", now: Self.now)
            }
            #expect(error.reason == .fileNotWritten)
        }
    }

    @Test("another trust domain, bad lifetimes, an expired authority")
    func refusals() throws {
        try withDirectory { directory in
            let authority = try create(directory)
            let other = try #require(throws: TrustError.self) { try authority.issue(try request("other.test"), now: Self.now) }
            #expect(other.reason == .badIdentity)
            for days in [Int.min, 0, 36_501, Int.max] {
                let error = try #require(throws: TrustError.self) { try authority.issue(try request(days: days), now: Self.now) }
                #expect(error.reason == .badLifetime)
            }
            let late = try #require(throws: TrustError.self) {
                try authority.issue(try request(), now: Self.now + 31 * 86_400)
            }
            #expect(late.reason == .crypto(.outsideIssuerValidity))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).count == 5)
        }
    }

    @Test("trust domains that are none", arguments: ["", "UPPER", "a/b", "a b", "医院", String(repeating: "a", count: 256)])
    func badTrustDomain(domain: String) throws {
        try withDirectory { directory in
            let error = try #require(throws: TrustError.self) {
                try DevelopmentAuthority.create(
                    directory: directory, trustDomain: domain, organization: nil, days: 1, now: Self.now)
            }
            #expect(error.reason == .badIdentity)
            #expect(!FileManager.default.fileExists(atPath: directory))
        }
    }

    @Test("a directory without an authority, and one whose key others may read")
    func badDirectory() throws {
        try withDirectory { directory in
            let missing = try #require(throws: TrustError.self) { try DevelopmentAuthority(directory: directory) }
            #expect(missing.reason == .crypto(.fileMissing))
            let authority = try create(directory)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: authority.files.issuingKey)
            let open = try #require(throws: TrustError.self) { try DevelopmentAuthority(directory: directory) }
            #expect(open.reason == .crypto(.keyFilePermissions))
        }
    }
}
