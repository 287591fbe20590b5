internal import SampanAPI
internal import SampanCrypto
internal import SampanDomain
internal import SampanRPC
internal import SampanTransport

/// Whom an epoch lets in: what every handshake and, after a change, every connection asks. A value; some microseconds with 100,000 serial
/// numbers.
///
/// Matched against the chain that was verified, never what a peer has sent. Locks end by the wall's clock, whenever they are asked about.
struct NodeAdmission: Sendable {
    /// Of error details.
    static let errorDomain = "trust.sampan"
    /// Of somebody whose issuer is not in force.
    static let retiredReason = "ISSUER_RETIRED"

    private let denySet: DenySet
    /// SHA-256 of the certificates that chains may lead through.
    private let listed: [[UInt8]]
    private let tainted: [[UInt8]]
    /// The level that the epoch asks for, where this node speaks less.
    private let missingLevel: UInt32?
    private let wall: @Sendable () -> UnixTime

    /// Throws only when OpenSSL fails.
    /// - Parameter level: the protocol level that this node speaks.
    init(_ epoch: TrustEpoch, level: UInt32, wall: @escaping @Sendable () -> UnixTime) throws(EpochError) {
        denySet = DenySet(epoch.denials)
        // A bridge is not an issuer: it stands above one, or above another bridge.
        listed = try Self.hashes(epoch.issuers.map(\.certificate) + epoch.bridges)
        tainted = try Self.hashes(epoch.issuers.filter { $0.standing == .tainted }.map(\.certificate))
        missingLevel = epoch.minimumProtocol > level ? epoch.minimumProtocol : nil
        self.wall = wall
    }

    private static func hashes(_ certificates: [[UInt8]]) throws(EpochError) -> [[UInt8]] {
        var hashes: [[UInt8]] = []
        for certificate in certificates { hashes.append(try SignedEpoch.hash(certificate)) }
        return hashes
    }

    /// Whether this node speaks less than the epoch asks for.
    var isOutdated: Bool { missingLevel != nil }

    // MARK: Questions

    /// Why a peer's calls end: its certificate, an authority above it, its node or its institution is denied.
    func denial(of peer: VerifiedPeer) -> RPCError? { Self.denial(of: peer, denySet, at: wall()).map { Self.error($0, peer) } }

    /// Why a node that speaks less than the region asks for has nothing to say to a peer: it could get wrong what it is told. To its
    /// platform and to admins it talks on, who see by that what is to be replaced. The peer is not at fault, so it is not refused in the
    /// handshake, where it would hear nothing of this.
    func outdatedness(towards peer: VerifiedPeer) -> RPCError? {
        guard let missingLevel, peer.identity.role != .platform, peer.identity.role != .admin else { return nil }
        let info = GoogleRPC.ErrorInfo(
            reason: ProtocolLevel.outdatedReason, domain: Self.errorDomain, metadata: ["minimum_protocol": "\(missingLevel)"])
        return RPCError(
            code: .failedPrecondition,
            message: "the region asks for protocol level \(missingLevel), which this node does not speak; replace its program",
            details: [info])
    }

    /// Why a peer is not let in that comes now: an authority above it is not in the epoch.
    ///
    /// Not asked of platform nodes: to a node that was away their issuer is newer than its epoch, and the next epochs come from them. A
    /// root that the node trusts has vouched for them all the same, and a denial of their issuer counts.
    func retirement(of peer: VerifiedPeer) -> RPCError? { peer.identity.role == .platform ? nil : unlisted(peer) }

    /// What a peer may do of which this node is too old to ask anything: nothing.
    func confinementByLevel(of peer: VerifiedPeer) -> ConfinedPeer? {
        outdatedness(towards: peer).map { ConfinedPeer(methods: [], status: $0) }
    }

    /// What a peer may do whose issuer is not in force: renew. Asked by platform nodes, of everybody.
    func confinement(of peer: VerifiedPeer) -> ConfinedPeer? {
        unlisted(peer).map { ConfinedPeer(methods: [TrustV1.TrustServiceMethods.renew.path], status: $0) }
    }

    private func unlisted(_ peer: VerifiedPeer) -> RPCError? {
        guard !isListed(peer) else { return nil }
        let info = GoogleRPC.ErrorInfo(reason: Self.retiredReason, domain: Self.errorDomain, metadata: ["node": peer.identity.uri])
        return RPCError(
            code: .unauthenticated, message: "the issuer of the certificate of \(peer.identity) is not in force; renew it", details: [info])
    }

    /// Whether every authority between the peer's certificate and the root is in the epoch. A certificate that a root has issued itself has
    /// none, and is not: roots are asleep.
    func isListed(_ peer: VerifiedPeer) -> Bool {
        let issuers = peer.certificate.issuers
        return !issuers.isEmpty && issuers.allSatisfy { listed.contains($0.fingerprint) }
    }

    /// Whether the peer's issuer is gone. Of a platform it may as well be newer than the epoch: a node that was away has to reach it all
    /// the same, and believes what it says by signatures alone.
    func isGone(_ peer: VerifiedPeer) -> Bool { peer.identity.role != .platform && !isListed(peer) }

    /// Whether connections of the peer should make way for others: its issuer goes, or is gone.
    func isOutgoing(_ peer: VerifiedPeer) -> Bool {
        isGone(peer) || peer.certificate.issuers.contains { tainted.contains($0.fingerprint) }
    }

    /// Whether a connection should make way for another: the issuer of its peer goes or is gone, or that of what this end has shown on it,
    /// who shows another one's now. A peer that was ahead of this node has heard of that before, and does not say so again.
    ///
    /// - Parameter current: SHA-256 of the issuer whose certificate this node shows now. That one is never outgoing: it may be newer than
    ///   the epoch.
    func isOutgoing(_ trust: ConnectionTrust, current: [UInt8]) -> Bool {
        if isOutgoing(trust.peer) { return true }
        guard let shown = trust.shownIssuer, shown != current else { return false }
        return !listed.contains(shown) || tainted.contains(shown)
    }

    // MARK: Parts

    /// Why a set of denials refuses a peer.
    static func denial(of peer: VerifiedPeer, _ denySet: DenySet, at now: UnixTime) -> Denial? {
        let certificate = peer.certificate
        var chain = CertificateName(certificate.certificate).map { [$0] } ?? []
        for issuer in certificate.issuers {
            if let name = CertificateName(issuer) { chain.append(name) }
        }
        return denySet.denial(of: chain, identity: peer.identity, at: now)
    }

    private static func error(_ denial: Denial, _ peer: VerifiedPeer) -> RPCError {
        var metadata = ["node": peer.identity.uri]
        if let end = denial.endsAt { metadata["ends_at"] = "\(end.seconds)" }
        let what =
            switch denial.subject {
            case .certificate: "the certificate of \(peer.identity)"
            case .node: "\(peer.identity)"
            case .institution(let code): "institution \(code)"
            }
        let text = "\(what) is \(denial.reason == .locked ? "locked" : "revoked")"
        return RPCError(
            code: .unauthenticated, message: denial.message.isEmpty ? text : "\(text): \(denial.message)",
            details: [GoogleRPC.ErrorInfo(reason: denial.errorReason, domain: errorDomain, metadata: metadata)])
    }
}

extension Denial {
    /// As it stands in `ErrorInfo` (Docs/Trust.md).
    fileprivate var errorReason: String {
        if reason == .locked { return "LOCKED" }
        return switch subject {
        case .certificate: "CERTIFICATE_REVOKED"
        case .node: "NODE_REVOKED"
        case .institution: "INSTITUTION_REVOKED"
        }
    }
}

extension CertificateName {
    /// Nil for a number that no authority of ours gives.
    fileprivate init?(_ member: ChainMember) {
        guard let serial = SerialNumber(member.serial) else { return nil }
        self.init(issuerKeyID: member.issuerKeyID, serial: serial)
    }
}
