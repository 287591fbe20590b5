@testable import SampanCrypto
import Testing

@Suite("Passphrases")
struct PassphraseTests {
    private func bytes(_ phrase: Passphrase) -> [UInt8] {
        unsafe phrase.withBytes { start, count in (0..<Int(count)).map { unsafe UInt8(bitPattern: start?[$0] ?? 0) } }
    }

    @Test("one to 1,024 bytes, of any value", arguments: [(0, false), (1, true), (1024, true), (1025, false)])
    func lengths(count: Int, isGood: Bool) throws {
        var given = [UInt8](repeating: 0, count: count)
        #expect(((try? Passphrase(taking: &given)) != nil) == isGood)
        #expect(given.isEmpty)
    }

    @Test(
        "a key file counts without one line end at its end",
        arguments: [
            ("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("\na", "\na"), ("a \n", "a "),
        ])
    func files(contents: String, expected: String) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Array(contents.utf8), "phrase")
        #expect(bytes(try CredentialFile.passphrase(path)) == Array(expected.utf8))
    }

    @Test("a key file that is empty, too long, or open to others")
    func badFiles() throws {
        let directory = try TemporaryDirectory()
        for (contents, mode, reason) in [
            ("", 0o600, CryptoError.Reason.badLength), ("\n", 0o600, .badLength),
            (String(repeating: "a", count: 1025), 0o600, .badLength), ("a", 0o640, .keyFilePermissions),
        ] {
            let path = try directory.write(Array(contents.utf8), "phrase", mode: mode)
            let error = try #require(throws: CryptoError.self) { try CredentialFile.passphrase(path) }
            #expect(error.reason == reason && error.detail.hasPrefix(path))
        }
    }

    @Test("wiped bytes are gone")
    func wipe() {
        var secret = Array("secret".utf8)
        SecretBytes.wipe(&secret)
        #expect(secret.isEmpty)
    }
}
