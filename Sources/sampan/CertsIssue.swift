import ArgumentParser
import FoundationEssentials
import SampanMesh
import SampanRPC

struct CertsIssue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Issue a node's certificate and key.",
        discussion: """
            Writes <role>-<institution>-<node>.pem (the certificate, then its issuer) and .key (0600) into the directory, or
            PREFIX.pem and PREFIX.key. The identity is spiffe://<trust-domain>/<role>/<institution>/<node>. Stock gRPC clients check a host
            name: give them --dns and --ip.

            Examples:
              sampan certs issue --dir out/certs --role hospital --institution 12345678 --node his-1
              sampan certs issue --dir out/certs --role gateway --institution region --node gw-1 --dns localhost --ip 127.0.0.1 --out out/gw
            """)

    @Option(help: "Directory made by `certs init`.")
    var dir: String
    @Option(help: "One of \(PeerIdentity.Role.allCases.map(\.rawValue).joined(separator: ", ")).")
    var role: String
    @Option(help: "Institution code: 1 to 32 of 0-9 A-Z a-z . _ -")
    var institution: String
    @Option(help: "Name of the node in its institution: 1 to 64 of 0-9 A-Z a-z . _ -")
    var node: String
    @Option(help: "Host name, may be repeated.")
    var dns: [String] = []
    @Option(help: "IPv4 or IPv6 address, may be repeated.")
    var ip: [String] = []
    @Option(help: "Organization name (O), at most 64 characters.")
    var organization: String?
    @Option(help: "Days until it expires, 1 to 36500; never past its issuer.")
    var days = 365
    @Option(help: "Path of the files without .pem and .key.")
    var out: String?
    @Flag(help: "Replace files that exist.")
    var force = false

    func validate() throws {
        guard (1...36_500).contains(days) else { throw ValidationError("--days must be 1 to 36500.") }
        _ = try identity(in: "sampan.test")
    }

    func run() throws {
        let authority = try DevelopmentAuthority(directory: dir)
        let request = NodeCertificateRequest(
            identity: try identity(in: authority.trustDomain), dnsNames: dns, addresses: ip, organization: organization, days: days)
        let files = try authority.issue(
            request, prefix: out, now: Int64(Date().timeIntervalSince1970), overwrite: force)
        print("\(request.identity.uri): \(files.certificate) \(files.key)")
    }

    private func identity(in trustDomain: String) throws -> PeerIdentity {
        guard let role = PeerIdentity.Role(rawValue: role) else {
            let roles = PeerIdentity.Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--role must be one of \(roles).")
        }
        do {
            return try PeerIdentity(trustDomain: trustDomain, role: role, institution: institution, node: node)
        } catch {
            switch error {
            case .badInstitution: throw ValidationError("--institution must be 1 to 32 of 0-9 A-Z a-z . _ -")
            case .badNode: throw ValidationError("--node must be 1 to 64 of 0-9 A-Z a-z . _ -")
            default: throw error
            }
        }
    }
}
