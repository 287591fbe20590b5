internal import SampanAPI
internal import SampanCrypto
internal import SampanDomain
package import SampanMesh
package import SampanRPC

/// Enrols a node on the authority's own machine: with a token that nobody sees, without a connection. For the first nodes of a region, and
/// for an admin whose certificate has ended, under the authority's passphrase.
package struct LocalEnrollment: Sendable {
    private let authority: Authority
    private let actor: String

    /// Nanoseconds that the token is good: it is used at once.
    private static let tokenLife: Int64 = 60_000_000_000
    private static let tokenBytes = 32

    /// - Parameter actor: who does it, for the journal.
    package init(_ authority: Authority, actor: String = "offline") {
        self.authority = authority
        self.actor = actor
    }

    /// Makes a key, has its certificate made, and fills the folder. Throws `EnrollmentError` as a node's own enrolment does.
    package func run(
        _ identity: PeerIdentity, into folder: NodeTrustFolder, dnsNames: [String] = [], addresses: [String] = [], overwrite: Bool = false
    ) async throws(EnrollmentError) {
        let (authority, clock) = (authority, authority.clock)
        let token: [UInt8]
        let root: [UInt8]
        do throws(AuthorityError) {
            token = try AuthorityError.crypto { () throws(CryptoError) in try RandomBytes.make(Self.tokenBytes) }
            let hash = try AuthorityError.crypto { () throws(CryptoError) in try SHA256.hash(token) }
            let kept = try AuthorityError.epoch { () throws(EpochError) in
                try EnrollmentToken(
                    hash: hash, identity: identity, dnsNames: dnsNames, addresses: addresses,
                    expiresAt: clock.wall().advanced(byNanoseconds: Self.tokenLife))
            }
            try await authority.execute(.createToken(kept), by: actor)
            root = try authority.rootCertificate()
        } catch {
            throw EnrollmentError(.refused, "the authority refused: \(error)")
        }
        let enrollment = try NodeEnrollment(folder: folder, ticket: EnrollmentTicket(token: token, root: root), wall: clock.wall)
        _ = try await enrollment.run(overwrite: overwrite) { request async throws(EnrollmentError) in
            do throws(AuthorityError) {
                return TrustV1.EnrollResponse(
                    certificateChain: try await authority.enroll(token: token, request: request), epoch: try await authority.signedEpoch(0))
            } catch {
                throw EnrollmentError(.refused, "the authority refused: \(error)")
            }
        }
    }
}
