import Foundation
@testable import SampanCrypto
import SampanTestSupport
import Testing

@Suite("Private keys at rest")
struct EncryptedKeyTests {
    /// For tests of everything but the cost.
    private static let cheap = ScryptCost(cost: 16, blockSize: 1, parallelization: 1)
    private let key: PrivateKey

    init() throws { key = try PrivateKey.generate() }

    private func passphrase(_ text: String) throws -> Passphrase {
        var bytes = Array(text.utf8)
        return try Passphrase(taking: &bytes)
    }

    private func reason(_ pem: [UInt8], _ text: String = "open sesame") throws -> CryptoError.Reason? {
        let phrase = try passphrase(text)
        do {
            _ = try PrivateKey(encryptedPEM: pem, passphrase: phrase)
            return nil
        } catch { return error.reason }
    }

    @Test("a key comes back under its passphrase and under no other")
    func roundTrip() throws {
        let pem = try key.pem(under: try passphrase("芝麻开门"))
        #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"))
        #expect(pem.count < 700)
        #expect(try PrivateKey(encryptedPEM: pem, passphrase: try passphrase("芝麻开门")).pem() == key.pem())
        #expect(try reason(pem, "芝麻关门") == .wrongPassphrase)
        #expect(throws: CryptoError.self) { try PrivateKey(pem: pem) }
    }

    @Test("a wrong passphrase is named as one, whatever the padding comes out as")
    func wrongPassphrases() throws {
        let pem = try key.pem(under: KeyEncryptionKey(passphrase("open sesame"), cost: Self.cheap))
        for index in 0..<600 { #expect(try reason(pem, "guess \(index)") == .wrongPassphrase) }
        #expect(try reason(pem) == nil)
    }

    @Test("a key that is derived once encrypts several files: each opens under the passphrase, and none is like another")
    func derivedOnce() throws {
        let encryption = try KeyEncryptionKey(passphrase("芝麻开门"), cost: Self.cheap)
        let keys = try (0..<4).map { _ in try PrivateKey.generate() }
        let files = try (keys + keys).map { try $0.pem(under: encryption) }
        #expect(Set(files).count == 8)
        for (key, file) in zip(keys + keys, files) {
            #expect(try PrivateKey(encryptedPEM: file, passphrase: passphrase("芝麻开门")).pem() == key.pem())
            #expect(try reason(file, "芝麻关门") == .wrongPassphrase)
        }
    }

    @Test("no two files of one key are alike")
    func salted() throws {
        let files = try (0..<4).map { _ in try key.pem(under: KeyEncryptionKey(passphrase("a"), cost: Self.cheap)) }
        #expect(Set(files).count == 4)
    }

    @Test("the openssl program opens what we write, and names what it is made with")
    func foreignReader() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write(try key.pem(under: try passphrase("open sesame")), "a.key")
        _ = try directory.write(try key.pem(), "plain.key")
        let opened = try directory.openssl("pkey", "-in", "a.key", "-passin", "pass:open sesame")
        let plain = try directory.openssl("pkey", "-in", "plain.key")
        #expect(opened.status == 0 && opened.output == plain.output)
        #expect(try directory.openssl("pkey", "-in", "a.key", "-passin", "pass:close sesame").status != 0)
        let parsed = try directory.openssl("asn1parse", "-in", "a.key").output
        for part in ["PBES2", "scrypt", "aes-256-cbc", ":4000\n", ":08\n", ":05\n"] { #expect(parsed.contains(part), "\(parsed)") }
    }

    @Test("we open what the openssl program writes", arguments: [[], ["-scrypt_N", "1024", "-scrypt_r", "4", "-scrypt_p", "2"]])
    func foreignWriter(options: [String]) throws {
        let directory = try TemporaryDirectory()
        _ = try directory.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "plain.key")
        let made = try directory.openssl(
            ["pkcs8", "-topk8", "-scrypt"] + options + ["-in", "plain.key", "-out", "a.key", "-passout", "pass:open sesame"])
        #expect(made.status == 0, "\(made.output)")
        let path = "\(directory.path)/a.key"
        let read = try CredentialFile.privateKey(path, passphrase: try passphrase("open sesame"))
        #expect(try read.pem() == CredentialFile.privateKey("\(directory.path)/plain.key").pem())
        let error = try #require(throws: CryptoError.self) { try CredentialFile.privateKey(path, passphrase: try passphrase("x")) }
        #expect(error.reason == .wrongPassphrase && error.detail.hasPrefix(path))
    }

    @Test(
        "another cipher, derivation or kind of key is refused by name",
        arguments: [
            (["-v2", "aes-256-cbc"], CryptoError.Reason.unsupportedEncryption), (["-v1", "PBE-SHA1-3DES"], .unsupportedEncryption),
            (["-scrypt", "-v2", "aes-128-cbc"], .unsupportedEncryption), (["-nocrypt"], .badPEM),
        ])
    func otherSchemes(options: [String], expected: CryptoError.Reason) throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write(try key.pem(), "plain.key")
        let made = try directory.openssl(["pkcs8", "-topk8", "-in", "plain.key", "-passout", "pass:open sesame"] + options)
        #expect(made.status == 0)
        #expect(try reason(Array(made.output.utf8)) == expected)
    }

    @Test("a foreign key that is well encrypted is still a foreign key", arguments: ["P-384", "secp256k1"])
    func otherCurves(curve: String) throws {
        let directory = try TemporaryDirectory()
        _ = try directory.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:\(curve)", "-out", "plain.key")
        let made = try directory.openssl(
            "pkcs8", "-topk8", "-scrypt", "-scrypt_N", "16", "-in", "plain.key", "-passout", "pass:open sesame")
        #expect(try reason(Array(made.output.utf8)) == .unsupportedKey)
    }

    @Test(
        "costs: lawful and bearable ones pass",
        arguments: [
            (1 << 14, 8, 5, true), (1 << 14, 8, 1, true), (2, 1, 1, true), (1 << 14, 8, 32, true), (1 << 17, 1, 1, true),
            (0, 8, 1, false), (1, 8, 1, false), (3, 8, 1, false), (1 << 15, 8, 1, false), (1 << 14, 0, 1, false), (1 << 14, 8, 0, false),
            (1 << 14, 8, 33, false), (1 << 30, 8, 1, false), (2, 1 << 17, 1, false), (2, 1, 1 << 18, false),
            (1 << 62, 1 << 62, 1 << 62, false),
        ] as [(UInt64, UInt64, UInt64, Bool)])
    func costs(cost: UInt64, blockSize: UInt64, parallelization: UInt64, isAcceptable: Bool) {
        #expect(ScryptCost(cost: cost, blockSize: blockSize, parallelization: parallelization).isAcceptable == isAcceptable)
    }

    @Test("a file that asks for 2^30, or for no number at all, is refused by its numbers", arguments: [4, 8, 9])
    func hostileCost(count: Int) throws {
        // cost 2^14 is 02 02 40 00; the lengths around it grow by what the new number is longer.
        let der = try sealed()
        let place = try #require(der.firstRange(of: [0x02, 0x02, 0x40, 0x00] as [UInt8])?.lowerBound)
        var number = [UInt8](repeating: 0, count: count)
        number[0] = 0x40
        var bytes = der
        bytes.replaceSubrange(place..<place + 4, with: [0x02, UInt8(count)] + number)
        // Every SEQUENCE that the number stands in, the outermost with a length of two bytes.
        let grown = count - 2
        var start = 0
        while start < place {
            let isLong = der[start + 1] == 0x81
            let content = start + (isLong ? 3 : 2)
            let end = content + Int(der[start + (isLong ? 2 : 1)])
            guard end > place else {
                // Before it: not looked into, whatever bytes it has.
                start = end
                continue
            }
            bytes[content - 1] += UInt8(grown)
            start = content
        }
        #expect(try reason(Self.pem(bytes)) == .unsupportedEncryption)
    }

    @Test("cut off at every byte, and changed at every byte: an error, and the same key or none")
    func broken() throws {
        let good = try sealed(cost: Self.cheap)
        #expect(try reason(Self.pem(good)) == nil)
        for count in 0..<good.count { #expect(try reason(Self.pem(Array(good[..<count]))) != nil) }
        let phrase = try passphrase("open sesame")
        for index in good.indices {
            for change in [0x01, 0x80, 0xFF] as [UInt8] {
                var bytes = good
                bytes[index] ^= change
                if let read = try? PrivateKey(encryptedPEM: Self.pem(bytes), passphrase: phrase) {
                    // CBC is malleable: what changes nothing but the attributes or the padding may pass.
                    #expect(try read.pem().count == key.pem().count)
                }
            }
        }
    }

    @Test("seeded garbage never traps", arguments: 1...4)
    func mutations(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let good = try key.pem(under: KeyEncryptionKey(passphrase("open sesame"), cost: Self.cheap))
        for _ in 0..<200 {
            var bytes = good
            for _ in 0...Int.random(in: 0...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try reason(bytes)
        }
    }

    @Test("too large to be a key")
    func tooLarge() throws {
        #expect(try reason([UInt8](repeating: 10, count: PrivateKey.encryptedSizeLimit)) == .badPEM)
        #expect(try reason([UInt8](repeating: 10, count: PrivateKey.encryptedSizeLimit + 1)) == .badLength)
    }

    /// The DER in the PEM, decoded by hand.
    private func sealed(cost: ScryptCost = ScryptCost(cost: 1 << 14, blockSize: 1, parallelization: 1)) throws -> [UInt8] {
        let pem = String(decoding: try key.pem(under: KeyEncryptionKey(passphrase("open sesame"), cost: cost)), as: UTF8.self)
        let body = pem.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
        return Array(try #require(Data(base64Encoded: body)))
    }

    private static func pem(_ der: [UInt8]) -> [UInt8] {
        let body = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return Array("-----BEGIN ENCRYPTED PRIVATE KEY-----\n\(body)\n-----END ENCRYPTED PRIVATE KEY-----\n".utf8)
    }
}
