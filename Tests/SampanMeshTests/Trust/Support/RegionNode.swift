import SampanDomain
import SampanMesh
import SampanRPC

/// A node of a simulated region: what is on its disk, what is in its memory, and the work that its follower has given it.
struct RegionNode {
    let identity: PeerIdentity
    // On its disk.
    var certificate: IssuedCertificate
    var written: SignedEpoch?
    // In its memory; gone with a crash.
    var follower: EpochFollower?
    /// What its connections go by; nil until it has started.
    var inForce: SignedEpoch?
    var work: [EpochFollower.Action] = []
    var refusals: [EpochRefusal] = []
    // Around it.
    var isOnline = true
    /// How likely it is to do something in a step, in hundredths.
    var speed = 100

    mutating func crash() {
        follower = nil
        inForce = nil
        work = []
    }
}

/// What is on its way between a node and the authority.
enum RegionMail {
    case epoch(to: Int, SignedEpoch)
    case certificate(to: Int, IssuedCertificate)
    case upToDate(to: Int)
    /// An acknowledgement or a report: what the node had when it was sent.
    case report(from: Int, number: UInt64, hash: [UInt8], issuer: [UInt8])
    case ask(from: Int, number: UInt64)
    case renew(from: Int, over: CertificateName, request: [UInt8])

    var node: Int {
        switch self {
        case .epoch(let node, _), .certificate(let node, _), .upToDate(let node),
            .report(let node, _, _, _), .ask(let node, _), .renew(let node, _, _):
            node
        }
    }
}
