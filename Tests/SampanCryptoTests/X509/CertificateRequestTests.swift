@testable import SampanCrypto
import Testing

@Suite("Certificate requests")
struct CertificateRequestTests {
    private func request(_ key: PrivateKey) throws -> CertificateRequest {
        try CertificateRequest.make(
            subject: DistinguishedName(organization: "县医院", commonName: "his-1"),
            names: SubjectAlternativeNames(uris: ["spiffe://sampan.test/hospital/1/his-1"]), key: key)
    }

    @Test("made here, verified by the openssl program, read back, and issued for")
    func roundTrip() throws {
        let trust = try TestTrust()
        let key = try PrivateKey.generate()
        let made = try request(key)
        let directory = try TemporaryDirectory()
        _ = try directory.write(try made.pem(), "a.csr")
        let checked = try directory.openssl("req", "-in", "a.csr", "-noout", "-verify", "-text")
        #expect(checked.status == 0 && checked.output.contains("URI:spiffe://sampan.test/hospital/1/his-1"), "\(checked.output)")
        for read in [try CertificateRequest(der: made.der), try CertificateRequest(pem: try made.pem())] {
            #expect(read.subject.organization == "县医院")
            let certificate = try trust.issuing.issue(
                .node(names: SubjectAlternativeNames(uris: ["spiffe://sampan.test/hospital/1/his-1"])), subject: read.subject,
                for: read, validity: CertificateValidity(from: TestTrust.now, lasting: 60))
            #expect(certificate.matches(key))
        }
    }

    @Test("a request whose bytes were changed is refused at every byte")
    func changed() throws {
        let der = try request(try PrivateKey.generate()).der
        for index in der.indices {
            var bytes = der
            bytes[index] ^= 0x55
            #expect(throws: CryptoError.self) { try CertificateRequest(der: bytes) }
        }
    }

    @Test("not a request", arguments: [[], [0x30], Array("-----BEGIN".utf8), [UInt8](repeating: 0x30, count: 20_000)])
    func garbage(bytes: [UInt8]) {
        #expect(throws: CryptoError.self) { try CertificateRequest(der: bytes) }
        #expect(throws: CryptoError.self) { try CertificateRequest(pem: bytes) }
    }

    @Test("only P-256 keys are taken", arguments: ["ec_paramgen_curve:P-384", "ec_paramgen_curve:secp256k1"])
    func otherCurve(curve: String) throws {
        let directory = try TemporaryDirectory()
        let made = try directory.openssl("req", "-new", "-newkey", "ec", "-pkeyopt", curve, "-nodes", "-keyout", "k", "-subj", "/CN=a")
        let error = try #require(throws: CryptoError.self) { try CertificateRequest(pem: Array(made.output.utf8)) }
        #expect(error.reason == .unsupportedKey)
    }
}
