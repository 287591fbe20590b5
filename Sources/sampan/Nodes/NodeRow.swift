import FoundationEssentials
import SampanAPI
import SampanDomain
import SampanMesh

/// One node as `sampan status` tells of it.
struct NodeRow: Codable {
    /// What is wrong with a node, or soon will be.
    enum Mark: String, Codable, CaseIterable {
        /// Not heard of for longer than the absence limit.
        case absent
        /// Has not acknowledged the newest epoch.
        case lagging
        /// Has refused an epoch since it acknowledged one.
        case refuses
        case expired
        case expiring
        case skewed
    }

    let node: String
    let epoch: UInt64
    /// Of the epoch that it has acknowledged, hexadecimal; nil for none.
    let trustHash: String?
    let issuerKeyID: String?
    /// ISO 8601, UTC.
    let certificateEndsAt: String?
    /// Rounded down: what ends in an hour has no day left.
    let daysLeft: Int64?
    /// Its clock minus the authority's.
    let skewMilliseconds: Int64?
    let connections: UInt32
    let streams: UInt32
    let version: String
    /// 0 for not heard of.
    let protocolLevel: UInt32
    let lastSeenAt: String?
    let refusal: String?
    let marks: [Mark]

    /// Days of a certificate's life below which a person should look: nodes renew with ten left.
    static let fewDays: Int64 = 5
    /// A clock that is so far off is the node's or the authority's fault (issue 4).
    static let muchSkew: Int64 = 2_000

    /// `now` in seconds since 1970.
    init(_ status: TrustV1.NodeStatus, newest: UInt64, now: Double) {
        let days = Moment.date(status.certificateEndsAt).map { Int64((($0.timeIntervalSince1970 - now) / 86_400).rounded(.down)) }
        let skew = Moment.milliseconds(status.skew)
        var marks: [Mark] = []
        if status.absent { marks.append(.absent) }
        if status.acknowledged < newest { marks.append(.lagging) }
        if !status.refusal.isEmpty { marks.append(.refuses) }
        if let days, days < Self.fewDays { marks.append(days < 0 ? .expired : .expiring) }
        if let skew, abs(skew) >= Self.muchSkew { marks.append(.skewed) }
        node = status.node
        epoch = status.acknowledged
        trustHash = status.epochHash.isEmpty ? nil : Hexadecimal.lowercase(status.epochHash)
        issuerKeyID = status.issuerKeyID.isEmpty ? nil : Hexadecimal.lowercase(status.issuerKeyID)
        certificateEndsAt = Moment.text(status.certificateEndsAt)
        daysLeft = days
        skewMilliseconds = skew
        connections = status.connections
        streams = status.streams
        version = status.version
        protocolLevel = status.`protocol`
        lastSeenAt = Moment.text(status.lastSeenAt)
        refusal = status.refusal.isEmpty ? nil : status.refusal
        self.marks = marks
    }

    /// Cells of the table, in the order of its head.
    func cells(isWide: Bool) -> [String] {
        let short = [
            NodeName.short(node), "\(epoch)", trustHash.map { String($0.prefix(12)) } ?? "-", daysLeft.map { "\($0)" } ?? "-", skew,
            "\(connections)", "\(streams)",
        ]
        let state = marks.isEmpty ? "ok" : marks.map(\.rawValue).joined(separator: ", ")
        guard isWide else { return short + [state] }
        return short + [
            issuerKeyID.map { String($0.prefix(12)) } ?? "-", version.isEmpty ? "-" : CertificateDescription.printable(version),
            protocolLevel == 0 ? "-" : "\(protocolLevel)", lastSeenAt ?? "never", state,
            refusal.map(CertificateDescription.printable) ?? "-",
        ]
    }

    static func head(isWide: Bool) -> [String] {
        let short = ["node", "epoch", "trust", "days", "skew", "connections", "streams"]
        return short + (isWide ? ["issuer", "version", "level", "seen", "state", "refusal"] : ["state"])
    }

    private var skew: String {
        guard let skewMilliseconds else { return "-" }
        return "\(skewMilliseconds > 0 ? "+" : "")\(skewMilliseconds) ms"
    }
}
