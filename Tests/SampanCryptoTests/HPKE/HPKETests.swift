import Testing

@testable import SampanCrypto

/// RFC 9180, Appendix A.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode.
private enum VectorA1 {
    static let info = hex("4f6465206f6e2061204772656369616e2055726e")
    static let ephemeral = hex("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736")
    static let recipient = hex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
    static let recipientPublic = hex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d")
    static let encapsulation = hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431")
    static let key = hex("4531685d41d65f03dc48f6b8302c05b0")
    static let baseNonce = hex("56d890e5accaaf011cff4b7d")
    static let plaintext = hex("4265617574792069732074727574682c20747275746820626561757479")
    static let first = hex("f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a")
    static let second = hex("af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab251c03d0c22a56b8ca42c2063b84")
}

private func hex(_ text: String) -> [UInt8] {
    var digits = text[...]
    var bytes: [UInt8] = []
    while let byte = UInt8(digits.prefix(2), radix: 16) {
        bytes.append(byte)
        digits = digits.dropFirst(2)
    }
    return bytes
}

@Suite("HPKE")
struct HPKETests {
    @Test("RFC 9180 A.1.1: encapsulation, key, nonce and the first two messages, sealed and opened")
    func vector() throws {
        let recipient = try X25519PrivateKey(bytes: VectorA1.recipient)
        #expect(recipient.publicKey.bytes == VectorA1.recipientPublic)
        let (encapsulation, sender) = try HPKE.sender(
            to: recipient.publicKey, info: VectorA1.info, .aes128GCM, ephemeral: X25519PrivateKey(bytes: VectorA1.ephemeral))
        #expect(encapsulation == VectorA1.encapsulation)
        #expect(sender.key == VectorA1.key && sender.baseNonce == VectorA1.baseNonce)
        #expect(try sender.seal(VectorA1.plaintext, context: Array("Count-0".utf8), number: 0) == VectorA1.first)
        #expect(try sender.seal(VectorA1.plaintext, context: Array("Count-1".utf8), number: 1) == VectorA1.second)
        let opener = try HPKE.recipient(recipient, encapsulation: encapsulation, info: VectorA1.info, .aes128GCM)
        // In any order.
        #expect(try opener.open(VectorA1.second, context: Array("Count-1".utf8), number: 1) == VectorA1.plaintext)
        #expect(try opener.open(VectorA1.first, context: Array("Count-0".utf8), number: 0) == VectorA1.plaintext)
    }

    @Test("AES-256: what is sealed opens, and nothing else does", arguments: [0, 1, 255, 256, .max] as [UInt64])
    func roundTrip(number: UInt64) throws {
        let (own, other) = (try X25519PrivateKey.generate(), try X25519PrivateKey.generate())
        let (info, context, text) = (Array("info".utf8), Array("row 7".utf8), Array("病人".utf8))
        let (encapsulation, sender) = try HPKE.sender(to: own.publicKey, info: info)
        let sealed = try sender.seal(text, context: context, number: number)
        let opener = try HPKE.recipient(own, encapsulation: encapsulation, info: info)
        #expect(try opener.open(sealed, context: context, number: number) == text)
        func refuses(_ body: () throws -> [UInt8]) {
            #expect { try body() } throws: { ($0 as? CryptoError)?.reason == .authenticationFailed }
        }
        refuses { try opener.open(sealed, context: context + [0], number: number) }
        refuses { try opener.open(sealed, context: context, number: number ^ 1) }
        refuses { try opener.open([], context: context, number: number) }
        for index in sealed.indices {
            var bent = sealed
            bent[index] ^= 0x80
            refuses { try opener.open(bent, context: context, number: number) }
        }
        refuses { try HPKE.recipient(other, encapsulation: encapsulation, info: info).open(sealed, context: context, number: number) }
        refuses { try HPKE.recipient(own, encapsulation: encapsulation, info: []).open(sealed, context: context, number: number) }
    }

    @Test("an encapsulation of small order or another length is refused")
    func encapsulations() throws {
        let own = try X25519PrivateKey.generate()
        #expect { try HPKE.recipient(own, encapsulation: [UInt8](repeating: 0, count: 32), info: []) } throws: {
            ($0 as? CryptoError)?.reason == .badKey
        }
        #expect { try HPKE.recipient(own, encapsulation: [1], info: []) } throws: { ($0 as? CryptoError)?.reason == .badLength }
    }

    @Test("keys come back from PEM; keys of other kinds, and what is no key, are refused")
    func files() throws {
        let key = try X25519PrivateKey.generate()
        #expect(try X25519PrivateKey(pem: key.pem()).publicKey == key.publicKey)
        #expect(try X25519PublicKey(pem: key.publicKey.pem()) == key.publicKey)
        #expect(try key.publicKey.name().count == 16)
        let other = try PrivateKey.generate().pem()
        #expect { try X25519PrivateKey(pem: other) } throws: { ($0 as? CryptoError)?.reason == .unsupportedKey }
        #expect { try X25519PrivateKey(pem: [1, 2, 3]) } throws: { ($0 as? CryptoError)?.reason == .badKey }
        #expect { try X25519PublicKey(pem: key.pem()) } throws: { ($0 as? CryptoError)?.reason == .badKey }
    }
}
