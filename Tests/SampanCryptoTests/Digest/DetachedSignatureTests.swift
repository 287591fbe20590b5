@testable import SampanCrypto
import SampanTestSupport
import Testing

@Suite("Detached signatures")
struct DetachedSignatureTests {
    private let signer: TLSIdentity
    private let epoch: SignatureDomain
    private let bytes = Array("epoch 7".utf8)

    init() throws {
        signer = try TestTrust().identity()
        epoch = try SignatureDomain("sampan trust epoch v1")
    }

    private func holds(_ signature: [UInt8], _ domain: SignatureDomain, _ bytes: [UInt8], by certificate: Certificate) -> Bool {
        do {
            try DetachedSignature.verify(signature, domain, bytes, by: certificate)
            return true
        } catch {
            #expect(error.reason == .authenticationFailed)
            return false
        }
    }

    @Test("good for its bytes, its domain and its signer alone")
    func bound() throws {
        for message in [[], bytes, [UInt8](repeating: 7, count: 1 << 20)] {
            let signature = try DetachedSignature.sign(epoch, message, key: signer.key)
            #expect((8...DetachedSignature.byteLimit).contains(signature.count))
            #expect(holds(signature, epoch, message, by: signer.leaf))
            #expect(!holds(signature, epoch, message + [0], by: signer.leaf))
            #expect(!holds(signature, try SignatureDomain("sampan trust epoch v2"), message, by: signer.leaf))
            #expect(!holds(signature, epoch, message, by: try TestTrust().identity().leaf))
        }
        // The border between domain and bytes cannot be moved.
        let moved = try DetachedSignature.sign(try SignatureDomain("a"), Array("b".utf8), key: signer.key)
        #expect(!holds(moved, try SignatureDomain("ab"), [], by: signer.leaf))
    }

    @Test("changed or cut off at every byte, or with bytes after it")
    func broken() throws {
        let good = try DetachedSignature.sign(epoch, bytes, key: signer.key)
        for index in good.indices {
            #expect(!holds(Array(good[..<index]), epoch, bytes, by: signer.leaf))
            for change in [0x01, 0x80, 0xFF] as [UInt8] {
                var other = good
                other[index] ^= change
                #expect(!holds(other, epoch, bytes, by: signer.leaf))
            }
        }
        #expect(!holds(good + [0], epoch, bytes, by: signer.leaf))
        #expect(!holds([UInt8](repeating: 0x30, count: 100_000), epoch, bytes, by: signer.leaf))
    }

    @Test("seeded garbage is no signature", arguments: 1...3)
    func garbage(seed: UInt64) {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            #expect(!holds(random.bytes(Int.random(in: 0...80, using: &random)), epoch, bytes, by: signer.leaf))
        }
    }

    @Test("the openssl program verifies it over the domain, a NUL, and the bytes")
    func foreign() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write(try signer.leaf.pem(), "a.pem")
        _ = try directory.write(Array("sampan trust epoch v1\0epoch 7".utf8), "a.txt")
        _ = try directory.write(try DetachedSignature.sign(epoch, bytes, key: signer.key), "a.sig")
        let key = try directory.openssl("x509", "-in", "a.pem", "-noout", "-pubkey")
        _ = try directory.write(Array(key.output.utf8), "a.pub")
        let verified = try directory.openssl("dgst", "-sha256", "-verify", "a.pub", "-signature", "a.sig", "a.txt")
        #expect(verified.status == 0 && verified.output.contains("Verified OK"), "\(verified.output)")
    }

    @Test("a certificate of another kind of key signs nothing", arguments: ["rsa:2048", "ed25519"])
    func otherKeys(kind: String) throws {
        let directory = try TemporaryDirectory()
        let made = try directory.openssl("req", "-x509", "-newkey", kind, "-nodes", "-keyout", "k", "-subj", "/CN=a", "-out", "a.pem")
        #expect(made.status == 0)
        let certificate = try #require(try CredentialFile.certificates("\(directory.path)/a.pem").first)
        let signature = try DetachedSignature.sign(epoch, bytes, key: signer.key)
        let error = try #require(throws: CryptoError.self) { try DetachedSignature.verify(signature, epoch, bytes, by: certificate) }
        #expect(error.reason == .unsupportedKey)
    }

    @Test(
        "domains: printable ASCII, one to 64",
        arguments: [
            ("", false), ("a", true), (String(repeating: "a", count: 64), true), (String(repeating: "a", count: 65), false),
            ("a\u{0}", false), ("区域", false), ("a\n", false), ("a b", true),
        ])
    func domains(name: String, isGood: Bool) {
        #expect(((try? SignatureDomain(name)) != nil) == isGood)
    }
}
