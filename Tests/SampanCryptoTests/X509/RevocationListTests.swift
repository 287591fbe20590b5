@testable import SampanCrypto
import Foundation
import SampanTestSupport
import Testing

@Suite("Revocation lists")
struct RevocationListTests {
    private let trust: TestTrust
    private let validity = CertificateValidity(notBefore: TestTrust.now, notAfter: TestTrust.now + 3600)

    init() throws { trust = try TestTrust() }

    private var entries: [RevokedCertificate] {
        get throws {
            try RevocationReason.allCases.enumerated().map { index, reason in
                try RevokedCertificate(serial: [UInt8(index + 1), 0xFF, 0], time: TestTrust.now - Int64(index), reason: reason)
            }
        }
    }

    private func list(number: UInt64 = 7, _ entries: [RevokedCertificate]? = nil) throws -> RevocationList {
        try trust.issuing.revocationList(number: number, validity: validity, entries: entries ?? self.entries)
    }

    private func reason(_ der: [UInt8]) -> CryptoError.Reason? {
        do {
            _ = try RevocationList(der: der)
            return nil
        } catch { return error.reason }
    }

    private func failure(
        _ list: RevocationList, by issuer: Certificate? = nil, at time: Int64 = TestTrust.now, least: UInt64 = 0
    ) -> CryptoError.Reason? {
        do {
            try list.verify(by: issuer ?? trust.issuing.certificate, at: time, numberAtLeast: least)
            return nil
        } catch { return error.reason }
    }

    @Test("what is read back is what was asked for", arguments: [0, 7, UInt64.max])
    func roundTrip(number: UInt64) throws {
        let made = try list(number: number)
        for read in [made, try RevocationList(der: made.der), try RevocationList(pem: try made.pem())] {
            #expect(read.number == number && read.validity == validity)
            #expect(read.issuerKeyID == trust.issuing.certificate.subjectKeyID)
            #expect(try read.entries == entries.sorted { $0.serial.lexicographicallyPrecedes($1.serial) })
            #expect(failure(read, least: number) == nil)
        }
        let empty = try list([])
        #expect(empty.entries.isEmpty && failure(empty) == nil)
    }

    @Test("the openssl program verifies the list, reads it, and refuses by it")
    func foreign() throws {
        let directory = try TemporaryDirectory()
        let leaf = try trust.identity().leaf
        let entry = try RevokedCertificate(serial: leaf.serial, time: TestTrust.now - 5, reason: .keyCompromise)
        _ = try directory.write(try list([entry]).pem(), "a.crl")
        _ = try directory.write(try trust.issuing.certificate.pem() + trust.root.certificate.pem(), "ca.pem")
        _ = try directory.write(try leaf.pem(), "leaf.pem")
        let verified = try directory.openssl("crl", "-in", "a.crl", "-CAfile", "ca.pem", "-verify", "-noout", "-text")
        #expect(verified.status == 0 && verified.output.contains("verify OK"), "\(verified.output)")
        for part in ["Version 2 (0x1)", "X509v3 CRL Number: \n                7", "Key Compromise"] {
            #expect(verified.output.contains(part))
        }
        let refused = try directory.openssl(
            "verify", "-crl_check", "-attime", "\(TestTrust.now)", "-CAfile", "ca.pem", "-CRLfile", "a.crl", "leaf.pem")
        #expect(refused.status != 0 && refused.output.contains("certificate revoked"), "\(refused.output)")
    }

    @Test("another's, not in force, or older than one that was seen")
    func judged() throws {
        let list = try list()
        #expect(failure(list, by: trust.root.certificate) == .wrongIssuer)
        // The same name, another key.
        #expect(failure(list, by: try TestTrust().issuing.certificate) == .wrongIssuer)
        for (time, expected) in [(-1, CryptoError.Reason.notYetValid), (0, nil), (3600, nil), (3601, .expired)]
            as [(Int64, CryptoError.Reason?)]
        {
            #expect(failure(list, at: TestTrust.now + time) == expected)
        }
        #expect(failure(list, least: 7) == nil && failure(list, least: 8) == .goesBack)
    }

    @Test("an authority without cRLSign, and a node, sign no list")
    func noListSigning() throws {
        let node = try trust.identity()
        let signer = CertificateAuthority(unchecked: node.leaf, key: node.key)
        let error = try #require(throws: CryptoError.self) { try signer.revocationList(number: 1, validity: validity, entries: []) }
        #expect(error.reason == .notAnAuthority)
    }

    @Test("serials: one to 20 bytes, not zero, none twice")
    func serials() throws {
        for (serial, isGood) in [
            ([], false), ([0], false), ([0, 0], false), ([1], true), ([0, 1], true), ([0x80], true),
            ([UInt8](repeating: 0xFF, count: 20), true),
            ([UInt8](repeating: 1, count: 21), false), ([0] + [UInt8](repeating: 1, count: 20), true),
        ] as [([UInt8], Bool)] {
            let entry = try? RevokedCertificate(serial: serial, time: 0, reason: .unspecified)
            #expect((entry != nil) == isGood)
            if let entry { #expect(try list([entry]).entries == [entry]) }
        }
        let twice = try [[1], [0, 1]].map { try RevokedCertificate(serial: $0, time: 0, reason: .hold) }
        let error = try #require(throws: CryptoError.self) { try list(twice) }
        #expect(error.reason == .badRevocationList)
    }

    @Test("an end before the beginning")
    func backwards() throws {
        let error = try #require(throws: CryptoError.self) {
            try trust.issuing.revocationList(number: 1, validity: CertificateValidity(notBefore: 10, notAfter: 9), entries: [])
        }
        #expect(error.reason == .badRevocationList)
    }

    @Test("cut off or changed at every byte: refused when read, or when verified")
    func broken() throws {
        let der = try list().der
        for count in 0..<der.count { #expect(reason(Array(der[..<count])) == .badRevocationList) }
        #expect(reason(der + [0]) == .badRevocationList)
        for index in der.indices {
            for change in [0x01, 0x80, 0xFF] as [UInt8] {
                var bytes = der
                bytes[index] ^= change
                if let read = try? RevocationList(der: bytes) { #expect(failure(read) != nil, "byte \(index)") }
            }
        }
    }

    @Test("seeded garbage never traps", arguments: 1...3)
    func mutations(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let good = try list().der
        for _ in 0..<400 {
            var bytes = good
            for _ in 0...Int.random(in: 0...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if let read = try? RevocationList(der: bytes), bytes != good { #expect(failure(read) != nil) }
        }
    }

    @Test("lists that are not for us: version 1, deltas, no number")
    func otherLists() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write(try trust.issuing.certificate.pem(), "ca.pem")
        _ = try directory.write(try trust.issuing.key.pem(), "ca.key")
        _ = try directory.write([], "index")
        _ = try directory.write(Array("01\n".utf8), "number")
        for (extensions, isGood) in [
            ("authorityKeyIdentifier=keyid:always\n", true), ("", false),
            ("authorityKeyIdentifier=keyid:always\n2.5.29.27=critical,DER:020101\n", false),
            ("authorityKeyIdentifier=keyid:always\n2.5.29.28=critical,DER:30038401FF\n", false),
        ] {
            let configuration = """
                [ca]\ndefault_ca=a\n[a]\ndatabase=index\ncrlnumber=number\ndefault_md=sha256\ndefault_crl_days=1\ncrl_extensions=e
                [e]\n\(extensions)
                """
            _ = try directory.write(Array((configuration + "\n").utf8), "c")
            let made = try directory.openssl("ca", "-gencrl", "-config", "c", "-cert", "ca.pem", "-keyfile", "ca.key", "-out", "a.crl")
            #expect(made.status == 0, "\(made.output)")
            let pem = Array(try Data(contentsOf: URL(fileURLWithPath: "\(directory.path)/a.crl")))
            #expect(((try? RevocationList(pem: pem)) != nil) == isGood, "\(extensions)")
        }
    }

    @Test("100,000 entries: made, read and verified")
    func large() throws {
        var random = SeededRandom(seed: 1)
        let entries = try (0..<100_000).map { _ in
            try RevokedCertificate(serial: [1] + random.bytes(15), time: TestTrust.now, reason: .superseded)
        }
        let clock = ContinuousClock()
        var (made, read): (RevocationList?, RevocationList?)
        let making = try clock.measure { made = try self.list(entries) }
        let der = try #require(made).der
        let reading = try clock.measure { read = try RevocationList(der: der) }
        let loaded = try #require(read)
        let verifying = try clock.measure { try loaded.verify(by: trust.issuing.certificate, at: TestTrust.now) }
        print(
            "revocation list of 100,000: \(der.count) bytes, made and read back in \(making), read in \(reading), verified in \(verifying)")
        #expect(Set(loaded.entries) == Set(entries))
    }
}
