import ArgumentParser
import SampanCrypto

/// How the connections are secured: not at all, or with mutual TLS from PEM files.
struct SecurityOptions: ParsableArguments {
    @Flag(name: .long, help: "No TLS.")
    var plaintext = false

    @Option(name: .long, help: "Roots that the peer's certificate must end in.")
    var ca: String?

    @Option(name: .long, help: "Certificate chain of this side.")
    var cert: String?

    @Option(name: .long, help: "Key of this side.")
    var key: String?

    func validate() throws {
        let files = [ca, cert, key].compactMap { $0 }.count
        guard files == (plaintext ? 0 : 3) else { throw ValidationError("give either --plaintext, or --ca, --cert and --key") }
    }

    /// Nil for plaintext.
    func context(_ role: TLSRole) throws -> TLSContext? {
        guard let ca, let cert, let key else { return nil }
        return try TLSContext(
            TLSConfiguration(
                role: role, identity: try CredentialFile.identity(certificate: cert, key: key),
                trustRoots: try CredentialFile.certificates(ca), expectedTrustDomain: nil))
    }
}
