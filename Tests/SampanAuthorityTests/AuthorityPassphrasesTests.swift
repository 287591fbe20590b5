import SampanAuthority
import SampanCrypto
import Testing

@Suite struct AuthorityPassphrasesTests {
    @Test func aRootMayBeAsleep() throws {
        var bytes = Array("kept".utf8)
        let passphrases = AuthorityPassphrases(working: try Passphrase(taking: &bytes), root: nil)
        #expect(passphrases.root == nil)
    }
}
