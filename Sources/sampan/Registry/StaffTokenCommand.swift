import ArgumentParser
import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanNode
import SampanRPC

struct StaffTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Sign a staff token with the key of an institution's node, on its machine.",
        discussion: """
            Programs get theirs from their own node (sampan.mesh.v1.StaffTokenService). This one needs no node: for tests, and where a node
            cannot be asked. The registry is not asked either; nodes that are shown the token ask it. The token goes as the metadata
            sampan-staff-bin, and only over the certificate of --for-cert.

            EXAMPLES
              sampan staff token --key his.key --cert his.pem --staff li.wei --role doctor --audience 4699010000
              sampan staff token --key his.key --cert his.pem --staff li.wei --role nurse --audience 4699010000 --for-cert app.pem

            Prints base64. Exit code: 0, 1 files that cannot be used, 64 wrong usage.
            """)

    @Option(help: "Key of the node that signs (PEM, 0600).")
    var key: String
    @Option(help: "Its certificate and issuers (PEM).")
    var cert: String
    @Option(help: "The member's id (工号).")
    var staff: String
    @Option(help: "doctor, nurse, pharmacist, technician, clerk or quality-officer; may be repeated.")
    var role: [String]
    @Option(help: "Code of an institution that is to believe it; may be repeated, up to 8.")
    var audience: [String]
    @Option(help: "The certificate that calls will come over; left out: that of --cert.")
    var forCert: String?
    @Option(help: "How long it lives: 1s to 10m.")
    var life = TimeSpan(seconds: 600)
    @Flag(help: "Print JSON.")
    var json = false

    private struct Answer: Encodable {
        let token: String
        let tokenId: String
        let institution: String
        let staffId: String
        let roles: [String]
        let audience: [String]
        let issuedAt: String
        let expiresAt: String
    }

    func validate() throws { _ = try (roles(), staffID(), seconds()) }

    private func staffID() throws -> StaffID {
        do { return try StaffID(staff) } catch { throw ValidationError("--staff \(error.message).") }
    }

    private func roles() throws -> Set<StaffRole> {
        do {
            let roles = try role.map { try StaffRole(word: $0) }
            guard !roles.isEmpty else { throw ValidationError("Give at least one --role.") }
            return Set(roles)
        } catch let error as DomainError {
            throw ValidationError("--role \(error.message).")
        }
    }

    private func seconds() throws -> Int64 {
        let seconds = life.duration.components.seconds
        guard (1...600).contains(seconds) else { throw ValidationError("--life is 1s to 10m.") }
        return seconds
    }

    func run() async throws {
        let token: StaffToken
        let signed: [UInt8]
        do {
            let identity = try CredentialFile.identity(certificate: cert, key: key)
            guard let uri = identity.leaf.alternativeNames?.uris.first, let signer = try? PeerIdentity(uri: uri) else {
                throw AdminFailure("\(cert) names no node (spiffe://domain/role/institution/node)")
            }
            let bound = try forCert.map { try CredentialFile.certificates($0) } ?? identity.chain
            guard let leaf = bound.first else { throw AdminFailure("\(forCert ?? cert) has no certificate") }
            token = try StaffToken.made(
                institution: signer.institution, staffID: try staffID(), roles: try roles(), audience: Set(audience),
                life: try seconds() * 1_000_000_000, certificateHash: leaf.fingerprint, at: WallClock.now())
            signed = try token.signed(by: identity)
        } catch let error as CryptoError {
            throw AdminFailure(error.detail)
        } catch let error as StaffTokenRefusal {
            throw AdminFailure(error.error.message)
        }
        let text = Base64.encode(signed)
        guard json else { return StandardOutput.line(text) }
        StandardOutput.line(
            try JSONText.of(
                Answer(
                    token: text, tokenId: Hexadecimal.lowercase(token.id), institution: token.institution, staffId: token.staffID.text,
                    roles: token.roles.map(\.rawValue).sorted(), audience: token.audience.sorted(), issuedAt: token.issuedAt.utcText,
                    expiresAt: token.expiresAt.utcText)))
    }
}
