import SampanTestSupport
import SampanRPC
import StoreTestSupport
import Testing

@Suite("Percent-encoding of grpc-message")
struct PercentEncodingTests {
    @Test(
        "texts and their form on the wire",
        arguments: [
            ("", ""), ("plain", "plain"), ("a b", "a b"), ("100%", "100%25"), ("~", "~"), ("\u{7F}", "%7F"), ("\n", "%0A"), ("\0", "%00"),
            ("号", "%E5%8F%B7"), ("é", "%C3%A9"), ("👩‍⚕️", "%F0%9F%91%A9%E2%80%8D%E2%9A%95%EF%B8%8F"),
            // HTTP/2 forbids a value to begin or end with a blank (RFC 9113 §8.2.1): a peer would reset the call.
            (" x", "%20x"), ("x ", "x%20"), (" ", "%20"), ("  ", "%20%20"), ("  a  b  ", "%20%20a  b%20%20"),
        ])
    func table(text: String, wire: String) {
        #expect(PercentEncoding.encode(text) == wire)
        #expect(PercentEncoding.decode(wire) == text)
    }

    @Test(
        "what is no escape stays, and bytes that are not UTF-8 are replaced",
        arguments: [
            ("%", "%"), ("%4", "%4"), ("%4G", "%4G"), ("%G4", "%G4"), ("%%41", "%A"), ("%41", "A"), ("%e5%8f%b7", "号"), ("x%", "x%"),
            ("%FF", "\u{FFFD}"), ("%E5%8F", "\u{FFFD}"), ("100% sure", "100% sure"),
        ])
    func lenient(wire: String, text: String) {
        #expect(PercentEncoding.decode(wire) == text)
    }

    @Test("any text survives, as printable ASCII without blanks at its ends", arguments: [1, 2] as [UInt64])
    func roundTrip(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<5_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let top: UInt32 = Bool.random(using: &random) ? 0x7F : 0x10_FFFF
                if let scalar = Unicode.Scalar(UInt32.random(in: 0...top, using: &random)) { text.unicodeScalars.append(scalar) }
            }
            let wire = PercentEncoding.encode(text)
            #expect(wire.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "seed \(seed)")
            #expect(wire.first != " " && wire.last != " ", "seed \(seed)")
            #expect(Array(PercentEncoding.decode(wire).utf8) == Array(text.utf8), "seed \(seed)")
        }
    }
}
