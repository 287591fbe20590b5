import FoundationEssentials
import SampanCrypto
import SampanDomain
import SampanMesh

/// A certificate as `sampan certs inspect` shows it.
struct CertificateDescription: Codable {
    let subject: String
    let organization: String?
    let issuer: String
    let uris: [String]
    let dnsNames: [String]
    let addresses: [String]
    let authority: Bool
    /// ISO 8601, UTC.
    let notBefore: String
    let notAfter: String
    /// Hexadecimal, lower case.
    let serial: String
    let subjectKeyID: String
    let issuerKeyID: String
    let sha256: String

    init(_ certificate: Certificate) {
        let names = certificate.alternativeNames ?? SubjectAlternativeNames()
        subject = certificate.subject.commonName
        organization = certificate.subject.organization
        issuer = certificate.issuer.commonName
        uris = names.uris
        dnsNames = names.dnsNames
        addresses = names.addresses
        authority = certificate.isAuthority
        notBefore = Self.date(certificate.validity?.notBefore)
        notAfter = Self.date(certificate.validity?.notAfter)
        serial = Hexadecimal.lowercase(certificate.serial)
        subjectKeyID = Hexadecimal.lowercase(certificate.subjectKeyID)
        issuerKeyID = Hexadecimal.lowercase(certificate.issuerKeyID)
        sha256 = Hexadecimal.lowercase(certificate.fingerprint)
    }

    /// One line a field; empty fields are left out.
    var text: String {
        let lines: [(String, String)] = [
            ("subject", subject), ("organization", organization ?? ""), ("issuer", issuer),
            ("uri", uris.joined(separator: " ")), ("dns", dnsNames.joined(separator: " ")),
            ("ip", addresses.joined(separator: " ")), ("authority", authority ? "yes" : "no"), ("not before", notBefore),
            ("not after", notAfter), ("serial", serial), ("key id", subjectKeyID), ("issuer key", issuerKeyID), ("sha256", sha256),
        ]
        return lines.filter { !$0.1.isEmpty }
            .map { $0.0 + String(repeating: " ", count: 14 - $0.0.count) + Self.printable($0.1) }.joined(separator: "\n")
    }

    /// A stranger's name must not steer the terminal.
    static func printable(_ text: String) -> String {
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? $0.escaped(asASCII: true) : String($0) }.joined()
    }

    private static func date(_ seconds: Int64?) -> String {
        seconds.map { Date(timeIntervalSince1970: TimeInterval($0)).formatted(.iso8601) } ?? ""
    }
}
