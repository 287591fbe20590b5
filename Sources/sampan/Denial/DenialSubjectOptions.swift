import ArgumentParser
import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC

/// Whom a denial is about: exactly one of a certificate, a node, an institution.
struct DenialSubjectOptions: ParsableArguments {
    @Option(help: "A certificate by its issuer's key id and its serial number, both hexadecimal: ISSUERKEYID:SERIAL.")
    var serial: String?
    @Option(help: "A certificate by its file (PEM); the first one in it.")
    var certificateFile: String?
    @Option(help: "A node: its SPIFFE name, or role/institution/node in your own trust domain.")
    var node: String?
    @Option(help: "An institution by its code: every node of it.")
    var institution: String?

    func validate() throws {
        guard [serial, certificateFile, node, institution].compactMap({ $0 }).count == 1 else {
            throw ValidationError(
                "Name exactly one of --serial, --certificate-file, --node and --institution (--certificate is your own).")
        }
        if let serial, Self.parts(serial) == nil {
            throw ValidationError("--serial is ISSUERKEYID:SERIAL, both hexadecimal, as sampan certs inspect prints them.")
        }
        if let institution { try Self.check(institution) }
    }

    /// As it is sent; `trustDomain` is one's own. Throws for a file that cannot be read, and for a node of another domain.
    func subject(trustDomain: String) throws -> TrustV1.Denial.Subject {
        if let serial, let parts = Self.parts(serial) { return Self.certificate(parts.issuer, parts.serial) }
        if let certificateFile { return try Self.certificate(inFile: certificateFile) }
        if let institution { return .institution(institution) }
        guard let node, let identity = NodeName.identity(node, trustDomain: trustDomain) else {
            throw ValidationError("--node is spiffe://\(trustDomain)/role/institution/node, or role/institution/node.")
        }
        guard identity.trustDomain == trustDomain else {
            throw ValidationError("\(identity.uri) is of another trust domain than yours, \(trustDomain).")
        }
        return .node(identity.uri)
    }

    /// For people.
    static func text(_ subject: TrustV1.Denial.Subject?) -> String {
        switch subject {
        case .node(let uri): "node \(NodeName.short(uri))"
        case .institution(let code): "institution \(CertificateDescription.printable(code))"
        case .certificates(let denial):
            denial.serials.count == 1
                ? "certificate \(Hexadecimal.lowercase(denial.issuerKeyID)):\(Hexadecimal.lowercase(denial.serials[0]))"
                : "\(denial.serials.count) certificates of \(Hexadecimal.lowercase(denial.issuerKeyID))"
        case nil: "nobody"
        }
    }

    private static func certificate(inFile path: String) throws -> TrustV1.Denial.Subject {
        do throws(CryptoError) {
            guard let certificate = try CredentialFile.certificates(path).first else { throw CryptoError(.badPEM, "\(path) is empty") }
            guard !certificate.issuerKeyID.isEmpty, let serial = SerialNumber(certificate.serial) else {
                throw CryptoError(.badPEM, "\(path): the certificate names no issuer's key, or no serial number")
            }
            return Self.certificate(certificate.issuerKeyID, serial)
        } catch {
            throw AdminFailure(error.detail)
        }
    }

    private static func certificate(_ issuer: [UInt8], _ serial: SerialNumber) -> TrustV1.Denial.Subject {
        .certificates(TrustV1.CertificateDenial(issuerKeyID: issuer, serials: [serial.bytes]))
    }

    /// The key id may have colons between its bytes; the last one parts it from the serial number.
    private static func parts(_ text: String) -> (issuer: [UInt8], serial: SerialNumber)? {
        guard let colon = text.lastIndex(of: ":"), let issuer = Hexadecimal.bytes(text[..<colon]) else { return nil }
        let digits = text[text.index(after: colon)...]
        guard let bytes = Hexadecimal.bytes(digits.count % 2 == 0 ? String(digits) : "0\(digits)"), let serial = SerialNumber(bytes) else {
            return nil
        }
        return (issuer, serial)
    }

    private static func check(_ code: String) throws {
        do {
            _ = try PeerIdentity(trustDomain: "any", role: .platform, institution: code, node: "any")
        } catch {
            throw ValidationError("--institution is a code: 1 to 32 of 0-9 A-Z a-z . _ -")
        }
    }
}
