import ArgumentParser
import SampanAuthority
import SampanMesh
import SampanRPC

struct AuthorityEnroll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll",
        abstract: "Enrol a node or an admin on the authority's own machine, under its passphrase.",
        discussion: """
            For an admin whose certificate has ended, and for whoever cannot reach the platform's listener: no certificate and no connection
            is needed, a running platform node may stay. Fills the trust folder; carry it to its machine. The journal names `offline` as
            the one who did it.

            EXAMPLES
              sampan authority enroll --folder authority --passphrase-file working.pass \
            --identity-uri spiffe://region.example/admin/4699010000/li --into admin-li

            Exit code: 0, 1 refused, 64 wrong usage.
            """)

    @Option(help: "The authority's folder.")
    var folder: String
    @Option(help: "File with the passphrase of issuer and epoch signer (0600).")
    var passphraseFile: String
    @Option(help: "SPIFFE name, or role/institution/node in the authority's trust domain.")
    var identityURI: String
    @Option(help: "Trust folder that is filled; made when missing.")
    var into: String
    @Option(help: "Host name that the certificate will have besides; may be repeated.")
    var dns: [String] = []
    @Option(help: "Numeric address that the certificate will have besides; may be repeated.")
    var ip: [String] = []
    @Flag(help: "Take another identity in the place of the one that is there.")
    var force = false

    func run() async throws {
        let authority = try await OfflineOptions.open(folder, passphraseFile: passphraseFile, rootPassphraseFile: nil)
        let result: Result<String, any Error>
        do {
            result = .success(try await enrolled(by: authority))
        } catch {
            result = .failure((error as? EnrollmentError).map { AdminFailure($0.description) } ?? error)
        }
        await authority.close()
        StandardOutput.line("\(try result.get()): \(into)")
    }

    private func enrolled(by authority: Authority) async throws -> String {
        let domain = authority.state.trustDomain
        guard let identity = NodeName.identity(identityURI, trustDomain: domain), identity.trustDomain == domain else {
            throw ValidationError("--identity-uri is spiffe://\(domain)/role/institution/node, or role/institution/node.")
        }
        try await LocalEnrollment(authority).run(
            identity, into: NodeTrustFolder(path: into), dnsNames: dns, addresses: ip, overwrite: force)
        return identity.uri
    }
}
