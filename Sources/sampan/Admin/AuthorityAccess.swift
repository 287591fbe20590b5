import SampanAPI
import SampanMesh
import SampanRPC

/// The authority as a command reaches it: over the wire, or in the authority's own folder.
struct AuthorityAccess: Sendable {
    let client: TrustV1.AuthorityServiceClient
    /// Where it is, for people.
    let place: String
    let trustDomain: String
    /// Who follows the region's epochs for as long as the command lasts (a SPIFFE name); nil for nobody.
    var follower: String?
    let newestEpoch: @Sendable () async throws -> TrustV1.SignedTrustEpoch?

    /// The newest epoch, read. Throws where there is none, or one that is not known here.
    func readNewestEpoch() async throws -> TrustEpoch {
        guard let signed = try await newestEpoch() else { throw AdminFailure("\(place): there is no epoch") }
        do throws(EpochError) { return try TrustEpoch(serialized: signed.epoch) } catch {
            throw AdminFailure("\(place): the newest epoch cannot be read: \(error)")
        }
    }
}
