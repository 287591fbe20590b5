@testable import SampanCrypto
import Testing

/// Bytes of a hexadecimal text.
private func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}

@Suite("Digests, codes and seals")
struct DigestTests {
    @Test(
        "SHA-256 of FIPS 180-4's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ])
    func sha256(text: String, digest: String) throws {
        #expect(try SHA256.hash(Array(text.utf8)) == hex(digest))
    }

    @Test(
        "HMAC-SHA-256 of RFC 4231 cases 1, 2 and 6, and of an empty key",
        arguments: [
            (String(repeating: "0b", count: 20), "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                String(repeating: "aa", count: 131),
                "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            ("", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
        ])
    func hmac(key: String, text: String, code: String) throws {
        #expect(try HMACSHA256.authenticate(hex(text), key: hex(key)) == hex(code))
    }

    @Test(
        "constant-time comparison", arguments: [([], [], true), ([1, 2], [1, 2], true), ([1, 2], [1, 3], false), ([1], [1, 2], false)])
    func constantTime(left: [UInt8], right: [UInt8], equal: Bool) {
        #expect(ConstantTime.equal(left, right) == equal)
    }

    @Test("AES-256-GCM of the GCM specification, test case 16")
    func vector() throws {
        let cipher = try AESGCM(key: hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
        let plain = hex(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")
        let context = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
        let nonce = hex("cafebabefacedbaddecaf888")
        let box = try cipher.seal(plain, context: context, nonce: nonce)
        #expect(
            box == nonce
                + hex(
                    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                )
                + hex("76fc6ece0f4e1768cddf8853bb2d551b"))
        #expect(try cipher.open(box, context: context) == plain)
    }

    @Test("seals open again, and only unchanged", arguments: [0, 1, 16, 1000])
    func seal(count: Int) throws {
        let cipher = try AESGCM(key: RandomBytes.make(32))
        let plain = try RandomBytes.make(count)
        let box = try cipher.seal(plain, context: [1, 2])
        #expect(box.count == count + AESGCM.overhead)
        #expect(try cipher.seal(plain, context: [1, 2]) != box)
        #expect(try cipher.open(box, context: [1, 2]) == plain)
        for index in box.indices {
            var changed = box
            changed[index] ^= 1
            let error = #expect(throws: CryptoError.self) { try cipher.open(changed, context: [1, 2]) }
            #expect(error?.reason == .authenticationFailed)
        }
        #expect(throws: CryptoError.self) { try cipher.open(box, context: [1]) }
        #expect(throws: CryptoError.self) { try cipher.open(Array(box.dropLast()), context: [1, 2]) }
        #expect(throws: CryptoError.self) { try cipher.open([], context: []) }
        #expect(throws: CryptoError.self) { try AESGCM(key: RandomBytes.make(32)).open(box, context: [1, 2]) }
    }

    @Test("an AES key has 32 bytes", arguments: [0, 16, 31, 33])
    func keyLength(count: Int) {
        #expect(throws: CryptoError.self) { try AESGCM(key: [UInt8](repeating: 1, count: count)) }
    }

    @Test("random bytes have the length asked for and differ")
    func random() throws {
        #expect(try RandomBytes.make(0).isEmpty)
        #expect(try RandomBytes.make(32).count == 32)
        #expect(try RandomBytes.make(32) != RandomBytes.make(32))
        #expect(throws: CryptoError.self) { try RandomBytes.make(-1) }
    }
}
