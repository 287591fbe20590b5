import Foundation
import SampanCrypto
import SampanTestSupport
import Testing

@Suite("RSA keys of partners")
struct RSAKeyTests {
    private func openssl(_ arguments: String...) async throws -> FinishedProgram {
        try await FinishedProgram.run("/usr/bin/openssl", arguments, timeout: .seconds(120))
    }

    @Test("openssl and we believe each other's signatures, and no others")
    func bothWays() async throws {
        let folder = try TemporaryDirectory()
        defer { withExtendedLifetime(folder) {} }
        let path = { (name: String) in "\(folder.path)/\(name)" }
        _ = try await openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", path("key"))
        _ = try await openssl("pkey", "-in", path("key"), "-pubout", "-out", path("pub"))
        let text = Array("GET\n/v3/certificates\n1\nn\n\n".utf8)
        try Data(text).write(to: URL(fileURLWithPath: path("text")))
        let ours = try RSAPrivateKey(pem: [UInt8](Data(contentsOf: URL(fileURLWithPath: path("key")))))
        let theirs = try RSAPublicKey(pem: [UInt8](Data(contentsOf: URL(fileURLWithPath: path("pub")))))
        let signature = try ours.sign(text)
        try Data(signature).write(to: URL(fileURLWithPath: path("signature")))
        let verified = try await openssl("dgst", "-sha256", "-verify", path("pub"), "-signature", path("signature"), path("text"))
        #expect(verified.status == 0, "\(verified.errors)")
        _ = try await openssl("dgst", "-sha256", "-sign", path("key"), "-out", path("other"), path("text"))
        // PKCS #1 v1.5 has no randomness: the same bytes have the same signature.
        #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path("other")))) == signature)
        try theirs.verify(signature, text)
        for (changed, bytes) in [(signature, text + [0]), (signature.reversed(), text), (Array(signature.dropLast()), text), ([], text)] {
            #expect(throws: CryptoError.self) { try theirs.verify(changed, bytes) }
        }
        _ = try await openssl("dgst", "-sha1", "-sign", path("key"), "-out", path("sha1"), path("text"))
        let weak = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path("sha1"))))
        #expect(throws: CryptoError.self) { try theirs.verify(weak, text) }
    }

    @Test("another kind or size of key is refused", arguments: [["RSA", "rsa_keygen_bits:1024"], ["EC", "ec_paramgen_curve:P-256"]])
    func otherKinds(kind: [String]) async throws {
        let folder = try TemporaryDirectory()
        defer { withExtendedLifetime(folder) {} }
        let key = "\(folder.path)/key"
        _ = try await openssl("genpkey", "-algorithm", kind[0], "-pkeyopt", kind[1], "-out", key)
        let pem = [UInt8](try Data(contentsOf: URL(fileURLWithPath: key)))
        #expect(throws: CryptoError.self) { try RSAPrivateKey(pem: pem) }
        #expect(throws: CryptoError.self) { try RSAPublicKey(pem: pem) }
    }

    @Test("a key made here reads back")
    func made() throws {
        let key = try RSAPrivateKey.generate()
        let read = try RSAPublicKey(pem: try key.publicKey().pem())
        try read.verify(try key.sign([1, 2, 3]), [1, 2, 3])
    }
}
