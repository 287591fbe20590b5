@testable import SampanCrypto
import Foundation
import SampanTestSupport
import Testing

@Suite("What a request asks for")
struct RequestedExtensionsTests {
    private static let uri = "spiffe://sampan.test/hospital/1/his-1"
    private let granted = SubjectAlternativeNames(uris: [uri], dnsNames: ["localhost"], addresses: ["127.0.0.1"])

    /// A request made by the openssl program, with lines of its configuration syntax.
    private func foreign(_ lines: [String], key: [String] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]) throws -> [UInt8] {
        let directory = try TemporaryDirectory()
        var arguments = ["req", "-new"] + key + ["-nodes", "-keyout", "k", "-subj", "/CN=a", "-out", "a.csr"]
        for line in lines { arguments += ["-addext", line] }
        let made = try directory.openssl(arguments)
        #expect(made.status == 0, "\(made.output)")
        return Array(try Data(contentsOf: URL(fileURLWithPath: "\(directory.path)/a.csr")))
    }

    private func refusal(_ lines: [String]) throws -> CryptoError.Reason? {
        let request = try CertificateRequest(pem: try foreign(lines))
        do {
            try request.checkAsksOnly(for: granted)
            return nil
        } catch { return error.reason }
    }

    @Test(
        "a node's wishes pass, all others are named",
        arguments: [
            ([], nil), (["subjectAltName=URI:\(uri)"], nil), (["subjectAltName=URI:\(uri),DNS:localhost,IP:127.0.0.1"], nil),
            (["basicConstraints=CA:FALSE", "keyUsage=digitalSignature", "extendedKeyUsage=serverAuth,clientAuth"], nil),
            (["keyUsage=critical,digitalSignature", "subjectKeyIdentifier=hash"], nil),
            (["basicConstraints=CA:TRUE"], .asksForAuthority), (["basicConstraints=critical,CA:TRUE,pathlen:0"], .asksForAuthority),
            (["keyUsage=digitalSignature,keyCertSign"], .asksForAuthority), (["keyUsage=cRLSign"], .asksForAuthority),
            (["keyUsage=keyEncipherment"], .asksForUsage), (["keyUsage=keyAgreement,decipherOnly"], .asksForUsage),
            (["extendedKeyUsage=\(CertificatePurposes.epochSignerOID)"], .asksForUsage),
            (["extendedKeyUsage=codeSigning"], .asksForExtension), (["extendedKeyUsage=anyExtendedKeyUsage"], .asksForExtension),
            (["subjectAltName=URI:spiffe://sampan.test/hospital/2/his-1"], .asksForName),
            (["subjectAltName=URI:\(uri),URI:spiffe://sampan.test/hospital/2/his-1"], .asksForName),
            (["subjectAltName=DNS:example.org"], .asksForName), (["subjectAltName=IP:::1"], .asksForName),
            (["subjectAltName=email:a@example.org"], .asksForExtension), (["nameConstraints=permitted;DNS:a"], .asksForExtension),
            (["1.2.3.4=DER:0500"], .asksForExtension), (["certificatePolicies=1.2.3.4"], .asksForExtension),
        ] as [([String], CryptoError.Reason?)])
    func wishes(lines: [String], expected: CryptoError.Reason?) throws {
        #expect(try refusal(lines) == expected)
    }

    @Test("malformed or doubled wishes are a bad request")
    func malformed() throws {
        for lines in [["2.5.29.17=DER:0500"], ["2.5.29.19=DER:FF"], ["2.5.29.15=DER:0500"], ["2.5.29.37=DER:0500"]] {
            #expect(try refusal(lines) == .badRequest, "\(lines)")
        }
        #expect(try refusal((0..<33).map { "1.2.3.\($0)=DER:0500" }) == .badRequest)
    }

    @Test("our own request gives its names back")
    func own() throws {
        let request = try CertificateRequest.make(
            subject: DistinguishedName(commonName: "his-1"), names: granted, key: try PrivateKey.generate())
        let wishes = try CertificateRequest(der: request.der).requestedExtensions()
        #expect(wishes.names == granted && !wishes.asksForAuthority && wishes.keyUsages.isEmpty && wishes.purposes.isEmpty)
        #expect(wishes.others.isEmpty)
        try request.checkAsksOnly(for: granted)
        let plain = try CertificateRequest.make(
            subject: DistinguishedName(commonName: "a"), names: SubjectAlternativeNames(), key: try PrivateKey.generate())
        #expect(try plain.requestedExtensions() == RequestedExtensions())
    }

    @Test(
        "weak, foreign and odd keys are refused by name",
        arguments: [
            (["-newkey", "rsa:1024"], "an RSA key of 1024 bits"), (["-newkey", "rsa:2048"], "an RSA key of 2048 bits"),
            (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-224"], "secp224r1"),
            (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"], "secp256k1"),
            (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"], "secp521r1"),
            (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"], "a curve without a name"),
            (["-newkey", "ed25519"], "ED25519"),
        ] as [([String], String)])
    func keys(options: [String], name: String) throws {
        let pem = try foreign([], key: options)
        let error = try #require(throws: CryptoError.self) { try CertificateRequest(pem: pem) }
        #expect(error.reason == .unsupportedKey && error.detail.contains(name), "\(error)")
    }

    @Test("an explicit curve is refused for private keys too")
    func explicitPrivateKey() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.openssl(
            "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit", "-out", "a.key")
        let error = try #require(throws: CryptoError.self) { try CredentialFile.privateKey("\(directory.path)/a.key") }
        #expect(error.reason == .unsupportedKey)
    }

    @Test("cut off at every byte, and one byte too large")
    func truncated() throws {
        let der = try CertificateRequest.make(
            subject: DistinguishedName(commonName: "a"), names: granted, key: try PrivateKey.generate()
        ).der
        for count in 0..<der.count {
            let error = try #require(throws: CryptoError.self) { try CertificateRequest(der: Array(der[..<count])) }
            #expect(error.reason == .badRequest)
        }
        let large = der + [UInt8](repeating: 0, count: CertificateRequest.sizeLimit + 1 - der.count)
        let error = try #require(throws: CryptoError.self) { try CertificateRequest(der: large) }
        #expect(error == CryptoError(.badRequest, "the request is too large"))
    }

    @Test("seeded garbage never traps", arguments: 1...3)
    func mutations(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let key = try PrivateKey.generate()
        let good = try CertificateRequest.make(subject: DistinguishedName(commonName: "a"), names: granted, key: key).der
        for _ in 0..<400 {
            var bytes = good
            for _ in 0...Int.random(in: 0...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let request = try? CertificateRequest(der: bytes) else { continue }
            #expect(bytes == good)
            _ = try? request.requestedExtensions()
        }
    }
}
