import ArgumentParser
import FoundationEssentials
import SampanCrypto

struct CertsInspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show the certificates of a PEM file.",
        discussion: """
            Examples:
              sampan certs inspect out/certs/trust.pem
              sampan certs inspect out/certs/hospital-12345678-his-1.pem --json
            """)

    @Argument(help: "PEM file with one or more certificates.")
    var file: String
    @Flag(help: "Print a JSON array, one object a certificate.")
    var json = false

    func run() throws {
        let described = try CredentialFile.certificates(file).map(CertificateDescription.init)
        if json {
            print(try JSONText.of(described))
        } else {
            print(described.map(\.text).joined(separator: "\n\n"))
        }
    }
}
