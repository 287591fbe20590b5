import ArgumentParser
import FoundationEssentials
import SampanCrypto
import SampanMesh

struct CertsLint: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Say what is wrong with a node's certificate, why, and what to do.",
        discussion: """
            Looks at the file as a peer would (dates, names, use, chain, and the roots of --trust) and as a careful person would (renewal,
            length of life). Works offline, also on a certificate that has expired.

            Examples:
              sampan certs lint his-1.pem --key his-1.key --trust trust.pem
              sampan certs lint his-1.pem --json

            Exit code: 0 nothing found, 1 warnings, 2 errors (peers refuse it, or it cannot be read), 64 wrong usage.
            """)

    @Argument(help: "PEM file: the node's certificate, then its issuers.")
    var file: String
    @Option(help: "The node's key.")
    var key: String?
    @Option(help: "The roots that its peers trust.")
    var trust: String?
    @Flag(help: "Print a JSON array, one object a finding.")
    var json = false

    func run() throws {
        let chain: [Certificate]
        do {
            chain = try CredentialFile.certificates(file)
        } catch {
            StandardError.line("Error: \(error)")
            throw ExitCode(2)
        }
        let read = key.map { path in Result { () throws(CryptoError) in try CredentialFile.privateKey(path) } }
        let lint = CertificateLint(
            chain: chain, key: read, roots: try trust.map(CredentialFile.certificates), now: Int64(Date().timeIntervalSince1970))
        let findings = lint.findings
        if json {
            print(try JSONText.of(findings))
        } else {
            for finding in findings {
                print(
                    "\(finding.severity.rawValue) \(finding.code.rawValue): \(CertificateDescription.printable(finding.cause)); \(finding.fix)"
                )
            }
            if findings.isEmpty { print("\(file): nothing found") }
        }
        if let worst = findings.first { throw ExitCode(worst.severity == .error ? 2 : 1) }
    }
}
