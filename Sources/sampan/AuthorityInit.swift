import ArgumentParser
import SampanAuthority
import SampanMesh
import SampanNode
import SampanRPC

struct AuthorityInit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make the region's root, its issuer, and the first two certificates.",
        discussion: """
            Founds an authority in a folder: keys, encrypted under two passphrases, and the journal. Then it enrols, on this machine, the \
            platform's own node and the first admin, each into a trust folder of its own; carry the admin's to the admin's machine. The \
            root's passphrase is needed again for changes of root and issuer only: keep it elsewhere.

            EXAMPLES
              sampan authority init --folder authority --trust-domain region.example --organization 某市卫生健康委员会 \
            --passphrase-file working.pass --root-passphrase-file root.pass --institution 4699010000 \
            --platform-folder platform --admin-folder admin --dns platform.region.example --ip 10.0.0.5
            """)

    @Option(help: "Folder for journal and keys; made when missing.")
    var folder: String
    @Option(help: "Trust domain of every identity: a-z 0-9 . - _")
    var trustDomain: String
    @Option(help: "Organization name (O) of root and issuer, at most 64 characters.")
    var organization: String?
    @Option(help: "File with the passphrase of issuer and epoch signer (0600).")
    var passphraseFile: String
    @Option(help: "File with the passphrase of the root (0600).")
    var rootPassphraseFile: String
    @Option(help: "Code of the institution that runs the platform.")
    var institution: String
    @Option(help: "Trust folder of the platform's node.")
    var platformFolder: String
    @Option(help: "Trust folder of the first admin.")
    var adminFolder: String
    @Option(help: "Host name of the platform, may be repeated.")
    var dns: [String] = []
    @Option(help: "Address of the platform, may be repeated.")
    var ip: [String] = []

    func run() async throws {
        let platform = try identity(.platform, "platform")
        let admin = try identity(.admin, "admin")
        for folder in [platformFolder, adminFolder] where NodeTrustFolder(path: folder).isEnrolled {
            throw AdminFailure("\(folder) holds an identity already; nothing was done")
        }
        let passphrases = AuthorityPassphrases(
            working: try PlatformConfiguration.passphrase(file: passphraseFile),
            root: try PlatformConfiguration.passphrase(file: rootPassphraseFile))
        let authority = try await Authority.found(
            AuthorityFounding(trustDomain: trustDomain, organization: organization), folder: AuthorityFolder(folder),
            passphrases: passphrases, clock: .system)
        let enrollment = LocalEnrollment(authority)
        try await enrollment.run(platform, into: NodeTrustFolder(path: platformFolder), dnsNames: dns, addresses: ip)
        try await enrollment.run(admin, into: NodeTrustFolder(path: adminFolder))
        await authority.close()
        StandardOutput.line("\(platform): \(platformFolder)")
        StandardOutput.line("\(admin): \(adminFolder)")
    }

    private func identity(_ role: PeerIdentity.Role, _ node: String) throws -> PeerIdentity {
        do {
            return try PeerIdentity(trustDomain: trustDomain, role: role, institution: institution, node: node)
        } catch {
            throw ValidationError(
                "--trust-domain is 1 to 255 of a-z 0-9 . - _, --institution 1 to 32 of 0-9 A-Z a-z . _ -; what they are called is --organization.")
        }
    }
}
