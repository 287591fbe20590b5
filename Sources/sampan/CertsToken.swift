import ArgumentParser
import SampanAPI
import SampanDomain
import SampanMesh
import SampanRPC

struct CertsToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make a ticket with which one node may enrol, once.",
        discussion: """
            The ticket alone goes to standard output: whoever has it can enrol in the node's place until it was used or has expired, so
            pipe it into a file that only its owner reads. It holds a one-time token and the root by which the node knows the authority.

            EXAMPLES
              (umask 077; sampan certs token --identity-uri spiffe://region.example/hospital/12345678/his-1 > his-1.ticket)
              sampan certs token --identity-uri hospital/12345678/his-1 --dns his.local --address 10.0.3.9 --life 24h
              sampan certs token --identity-uri hospital/12345678/his-1 --dry-run

            Exit code: 0, 1 refused, 64 wrong usage.
            """)

    @Option(help: "SPIFFE name of the node, or role/institution/node in your own trust domain.")
    var identityURI: String
    @Option(help: "Host name that the certificate will have besides; may be repeated.")
    var dns: [String] = []
    @Option(help: "Numeric address that the certificate will have besides; may be repeated.")
    var address: [String] = []
    @Option(help: "How long the ticket is good, at most 7d.")
    var life = TimeSpan(seconds: 86_400)
    @OptionGroup var admin: AdminOptions
    @OptionGroup var mutation: MutationOptions

    /// As the contract has it.
    private static let longestLife: Duration = .seconds(7 * 86_400)
    private static let mostNames = 32

    private struct Answer: Codable {
        let identity: String
        let ticket: String
        let expiresAt: String?
        let rootFingerprint: String
        let requestID: String
    }

    func validate() throws {
        guard life.duration <= Self.longestLife else { throw ValidationError("--life is at most 7d.") }
        guard dns.count <= Self.mostNames, address.count <= Self.mostNames else {
            throw ValidationError("--dns and --address may stand \(Self.mostNames) times each.")
        }
    }

    func run() async throws {
        let requestID = try mutation.makeRequestID()
        let (identity, made) = try await admin.authority { access in
            guard let identity = NodeName.identity(identityURI, trustDomain: access.trustDomain),
                identity.trustDomain == access.trustDomain
            else {
                throw ValidationError("--identity-uri is spiffe://\(access.trustDomain)/role/institution/node, or role/institution/node.")
            }
            // The contract has no dry run of a token: nothing is asked of the authority.
            if mutation.dryRun { return (identity, TrustV1.CreateEnrollmentTokenResponse?.none) }
            let request = TrustV1.CreateEnrollmentTokenRequest(
                requestID: requestID, identity: identity.uri, dnsNames: dns, addresses: address,
                life: GoogleProtobuf.Duration(life.duration))
            return (identity, try await access.client.createEnrollmentToken(request))
        }
        guard let response = made else {
            StandardError.line("dry run: a ticket for \(identity.uri), good for \(life), would be made; nothing has changed")
            return
        }
        guard !response.token.isEmpty else {
            throw AdminFailure("the ticket of request \(requestID) was shown once and cannot be shown again; make another one")
        }
        try tell(response, identity.uri, requestID)
    }

    private func tell(_ response: TrustV1.CreateEnrollmentTokenResponse, _ identity: String, _ requestID: String) throws {
        let ticket = try EnrollmentTicket(token: response.token, root: response.rootCertificate).text
        let (expiry, fingerprint) = (Moment.text(response.expiresAt), Hexadecimal.lowercase(response.rootFingerprint))
        if admin.json {
            print(
                try JSONText.of(
                    Answer(
                        identity: identity, ticket: ticket, expiresAt: expiry, rootFingerprint: fingerprint, requestID: requestID)))
            return
        }
        StandardError.line("for      \(identity), once")
        StandardError.line("until    \(expiry ?? "-")")
        StandardError.line("root     sha256 \(fingerprint)")
        StandardError.line("request  \(requestID)")
        print(ticket)
    }
}
