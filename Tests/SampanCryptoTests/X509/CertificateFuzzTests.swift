import SampanTestSupport
@testable import SampanCrypto
import Testing

@Suite("Certificates against hostile bytes")
struct CertificateFuzzTests {
    @Test("changed DER is refused or read, never a trap", arguments: 1...6)
    func changed(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let names = SubjectAlternativeNames(
            uris: ["spiffe://sampan.test/hospital/1/a"], dnsNames: ["localhost"], addresses: ["127.0.0.1", "::1"])
        let trust = try TestTrust()
        let good = try trust.issuing.issue(
            .node(names: names), subject: DistinguishedName(organization: "医院", commonName: "a"), key: try PrivateKey.generate(),
            validity: CertificateValidity(from: TestTrust.now, lasting: 60))
        var read = 0
        for _ in 0..<400 {
            var der = good.der
            for _ in 0...Int.random(in: 0...3, using: &random) {
                der[Int.random(in: 0..<der.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let certificate = try? Certificate(der: der) else { continue }
            read += 1
            _ = (certificate.subject, certificate.issuer, certificate.alternativeNames, certificate.validity, certificate.serial)
            _ = (certificate.isAuthority, certificate.purposes, certificate.issuerKeyID, certificate.subjectKeyID)
            if let peer = PeerCertificate(certificate) {
                #expect(peer.uri.utf8.allSatisfy { (0x21...0x7E).contains($0) })
                #expect(peer.fingerprint.count == 32 && peer.issuerNameHash.count == 32)
            }
        }
        #expect(read > 0, "no changed certificate could be read: the test looks at nothing")
    }

    @Test("a URI name with a NUL or a blank in it gives no peer", arguments: [0, 0x20, 0x80] as [UInt8])
    func hiddenByte(byte: UInt8) throws {
        let uri = "spiffe://sampan.test/hospital/1/XX"
        let leaf = try TestTrust().identity(uris: [uri]).leaf
        var der = leaf.der
        // The whole name: two letters of it may stand in a key or a signature as well.
        let start = try #require(der.indices.first { der[$0...].starts(with: uri.utf8) })
        der[start + uri.utf8.count - 2] = byte
        let certificate = try Certificate(der: der)
        #expect(certificate.alternativeNames == nil)
        #expect(PeerCertificate(certificate) == nil)
        #expect(PeerCertificate(leaf)?.uri == uri)
    }

    @Test("bytes after the certificate, half of one, none")
    func wrongLength() throws {
        let der = try TestTrust().root.certificate.der
        for bytes in [der + [0], Array(der.prefix(der.count / 2)), []] {
            let error = try #require(throws: CryptoError.self) { try Certificate(der: bytes) }
            #expect(error.reason == .badDER)
        }
    }
}
