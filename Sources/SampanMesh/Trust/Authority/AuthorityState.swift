package import SampanDomain
package import SampanRPC

/// All that an authority knows: the sum of its journal. A value without I/O, clock or randomness.
///
/// ```
///  command ──decide──► refused, with the reason
///              ├─────► nothing: it was done before
///              └─────► record ──► durable in the journal ──► apply ──► only then: epochs are signed and pushed, certificates go out
/// ```
///
/// `decide` changes nothing, so a command can be shown without being done. `apply` asks nothing, so a journal that was
/// written by an older program is read as it was meant. One owner at a time; a copy is a snapshot.
package struct AuthorityState: Sendable, Hashable {
    struct Anchor: Sendable, Hashable {
        let certificate: AuthorityCertificate
        var standing: TrustAnchor.Standing
    }

    struct Bridge: Sendable, Hashable {
        /// Key identifier of the root that it leads to.
        let root: [UInt8]
        /// DER.
        let certificate: [UInt8]
    }

    struct Token: Sendable, Hashable {
        let token: EnrollmentToken
        /// What it was used for; nil while it is good.
        var usedFor: IssuedCertificate?
    }

    struct StandingDenial: Sendable, Hashable {
        let denial: Denial
        let forgetAt: UnixTime?
    }

    /// Empty before it is founded.
    package internal(set) var trustDomain = ""
    package internal(set) var rollover: Rollover?
    package internal(set) var nodes: [PeerIdentity: AuthorityNode] = [:]
    package internal(set) var settings = AuthoritySettings()
    /// Sorted.
    package internal(set) var custodians: [EpochCustodian] = []
    /// The newest epoch's bytes; empty before there is one.
    package internal(set) var newestEpoch: [UInt8] = []
    /// SHA-256 of every epoch, number 1 first: 32 bytes each, a few hundred a year.
    package internal(set) var epochHashes: [[UInt8]] = []
    /// Roots that have gone, the oldest first, as many as there are bridges: nodes that were away come with certificates under them.
    package internal(set) var retiredRoots: [AuthorityCertificate] = []
    var roots: [Anchor] = []
    var issuers: [Anchor] = []
    var bridges: [Bridge] = []
    /// What was prepared and is in no epoch yet.
    var prepared: RolloverMaterial?
    var tokens: [[UInt8]: Token] = [:]
    var denials: [Denial.Subject: StandingDenial] = [:]

    /// Before everything.
    package init() {}

    /// The number of the newest epoch; 0 before there is one.
    package var epochNumber: UInt64 { UInt64(epochHashes.count) }

    /// The issuer that signs now.
    package var activeIssuer: AuthorityCertificate? { issuers.first { $0.standing == .active }?.certificate }
    package var activeRoot: AuthorityCertificate? { roots.first { $0.standing == .active }?.certificate }

    /// All denials, those that have lapsed included until the next `tidy`.
    package var standingDenials: [Denial] { denials.values.map(\.denial) }

    /// Why this node, or this certificate of it, is denied; nil when it is not.
    package func denial(of identity: PeerIdentity, certificate: CertificateName?, at now: UnixTime) -> Denial? {
        var subjects: [Denial.Subject] = [.node(identity), .institution(identity.institution)]
        if let certificate { subjects.append(.certificate(certificate)) }
        return subjects.lazy.compactMap { denials[$0]?.denial }.first { $0.isInForce(at: now) }
    }

    /// The nodes as the gates of a rollover see them. Admins are none: they come and go, serve nobody, and catch up when they come.
    package func members(_ presence: NodePresence, at now: UnixTime, uptime: Int64) -> [RolloverMember] {
        nodes.filter { $0.key.role != .admin }.map { identity, node in
            // One that has never been heard of follows nobody: a phone, or a node that was enrolled and not started.
            let isUnheard = node.acknowledged == 0 && presence.lastSeen(identity) == nil
            // A denied node is let in nowhere: it can do nothing that could be waited for.
            let isDenied = denial(of: identity, certificate: nil, at: now) != nil
            let isAbsent = isUnheard || isDenied || presence.isAbsent(identity, at: uptime)
            return RolloverMember(
                node: identity, acknowledged: node.acknowledged, shownIssuer: node.shownIssuer, isAbsent: isAbsent,
                isLeftBehind: node.isLeftBehind)
        }
    }
}
