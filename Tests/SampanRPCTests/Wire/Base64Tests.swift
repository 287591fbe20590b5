import SampanTestSupport
import SampanRPC
import StoreTestSupport
import Testing

@Suite("Base64 of binary metadata")
struct Base64Tests {
    @Test(
        "RFC 4648 §10, written without padding, read with and without",
        arguments: [
            ("", "", ""), ("f", "Zg", "Zg=="), ("fo", "Zm8", "Zm8="), ("foo", "Zm9v", "Zm9v"), ("foob", "Zm9vYg", "Zm9vYg=="),
            ("fooba", "Zm9vYmE", "Zm9vYmE="), ("foobar", "Zm9vYmFy", "Zm9vYmFy"),
        ])
    func vectors(text: String, unpadded: String, padded: String) {
        let bytes = Array(text.utf8)
        #expect(Base64.encode(bytes) == unpadded)
        #expect(Base64.decode(Array(unpadded.utf8)) == bytes)
        #expect(Base64.decode(Array(padded.utf8)) == bytes)
    }

    @Test(
        "what is not base64 is nil",
        arguments: [
            "A", "AAAAA", "=", "==", "===", "====", "A=", "A==", "A===", "AA=", "AAA==", "AA==AA==", "A=AA", "AB", "AAB", "Zh==", "Zm9=",
            "AA A", "AA\n", "AA-_", "ＡＡ", "AA,A", "\u{80}AAA",
        ])
    func refuses(text: String) {
        #expect(Base64.decode(Array(text.utf8)) == nil)
    }

    @Test("bytes survive, and garbage never traps", arguments: [1, 2] as [UInt64])
    func roundTrip(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<5_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(Base64.decode(Array(Base64.encode(bytes).utf8)) == bytes, "seed \(seed)")
            if let read = Base64.decode(bytes) { #expect(read.count <= bytes.count, "seed \(seed)") }
        }
    }
}
