@testable import SampanCrypto
import Testing

@Suite("Certificate and key files")
struct CredentialFileTests {
    let directory: TemporaryDirectory
    let identity: TLSIdentity

    init() throws {
        directory = try TemporaryDirectory()
        identity = try TestTrust().identity()
    }

    @Test("a chain and its key come back")
    func good() throws {
        let chain = try directory.write(try identity.chain.flatMap { try $0.pem() }, "a.pem", mode: 0o644)
        let key = try directory.write(try identity.key.pem(), "a.key")
        #expect(try CredentialFile.identity(certificate: chain, key: key).chain == identity.chain)
    }

    @Test("chain and key may be one file, in any order, and it is as secret as its key")
    func combined() throws {
        let (key, chain) = (try identity.key.pem(), try identity.chain.flatMap { try $0.pem() })
        for (name, bytes) in [("a", key + chain), ("b", chain + key)] {
            let file = try directory.write(bytes, name)
            #expect(try CredentialFile.identity(certificate: file, key: file).chain == identity.chain)
        }
        let open = try directory.write(key + chain, "c", mode: 0o640)
        let readable = try #require(throws: CryptoError.self) { try CredentialFile.identity(certificate: open, key: open) }
        #expect(readable.reason == .keyFilePermissions)
        let other = try directory.write(PrivateKey.generate().pem() + chain, "d")
        let error = try #require(throws: CryptoError.self) { try CredentialFile.identity(certificate: other, key: other) }
        #expect(error.reason == .keyMismatch && error.detail.contains("/d: "))
    }

    @Test("a key that others may touch is refused", arguments: [0o640, 0o604, 0o620, 0o601, 0o644, 0o666])
    func permissions(mode: Int) throws {
        let key = try directory.write(try identity.key.pem(), "a.key", mode: mode)
        let error = try #require(throws: CryptoError.self) { try CredentialFile.privateKey(key) }
        #expect(error.reason == .keyFilePermissions && error.detail.contains("chmod 600"))
    }

    @Test("another key is refused by name")
    func mismatch() throws {
        let chain = try directory.write(try identity.leaf.pem(), "a.pem")
        let key = try directory.write(try PrivateKey.generate().pem(), "b.key")
        let error = try #require(throws: CryptoError.self) { try CredentialFile.identity(certificate: chain, key: key) }
        #expect(error.reason == .keyMismatch && error.detail.contains("b.key"))
    }

    @Test("missing, a directory, too large")
    func unreadable() throws {
        #expect(throws: CryptoError(.fileMissing, "/nonexistent.pem: No such file or directory")) {
            try CredentialFile.certificates("/nonexistent.pem")
        }
        for (path, reason) in [
            (directory.path, CryptoError.Reason.fileUnreadable), ("/dev/zero", .fileUnreadable),
            (try directory.write([UInt8](repeating: 10, count: CredentialFile.sizeLimit + 1), "big"), .fileTooLarge),
        ] {
            let error = try #require(throws: CryptoError.self) { try CredentialFile.certificates(path) }
            #expect(error.reason == reason)
        }
    }

    @Test("a broken second certificate is not passed over in silence")
    func brokenSecond() throws {
        let pem = try identity.leaf.pem()
        var broken = pem
        broken[60] = UInt8(ascii: "!")
        let cut = Array(pem.dropLast(40))
        for second in [broken, cut] {
            let path = try directory.write(pem + second, "two.pem")
            let error = try #require(throws: CryptoError.self) { try CredentialFile.certificates(path) }
            #expect(error.reason == .badPEM)
        }
    }

    @Test(
        "garbage, the wrong kind, an encrypted key",
        arguments: ["", "hello", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    func garbage(text: String) throws {
        let path = try directory.write(Array(text.utf8), "a")
        #expect(throws: CryptoError.self) { try CredentialFile.privateKey(path) }
        #expect(throws: CryptoError.self) { try CredentialFile.certificates(path) }
    }

    @Test("an encrypted key and an RSA key are refused without a question at the terminal")
    func otherKeys() throws {
        let path = try directory.write(try identity.key.pem(), "a.key")
        _ = try directory.openssl("pkcs8", "-topk8", "-in", path, "-out", "b.key", "-passout", "pass:secret")
        #expect(throws: CryptoError.self) { try CredentialFile.privateKey("\(directory.path)/b.key") }
        _ = try directory.openssl("genrsa", "-out", "c.key", "2048")
        let error = try #require(throws: CryptoError.self) { try CredentialFile.privateKey("\(directory.path)/c.key") }
        #expect(error.reason == .unsupportedKey)
    }
}
