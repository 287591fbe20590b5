internal import SampanAPI
internal import SampanDomain
internal import SampanProtobuf

extension TrustEpoch {
    /// Reads a serialized epoch. Throws an `EpochError` that names the field.
    package init(serialized bytes: [UInt8]) throws(EpochError) {
        try EpochError.check(count: bytes.count, in: EpochLimits.epochBytes, "epoch")
        let message = try EpochError.translating("epoch") { () throws(ProtobufError) in try TrustV1.TrustEpoch(serialized: bytes) }
        var routes: [EpochRoute] = []
        for route in message.routes { routes.append(try EpochRoute(route)) }
        try self.init(
            number: message.number, previousHash: message.previousHash, trustDomain: message.trustDomain,
            issuedAt: UnixTime(required: message.issuedAt, field: "issued_at"),
            roots: Self.anchors(message.roots, "roots"), issuers: Self.anchors(message.issuers, "issuers"), bridges: message.bridges,
            denials: Denial.values(message.denials), policy: message.policy, routes: routes, minimumProtocol: message.minimumProtocol,
            custodians: EpochCustodian.values(message.custodians))
    }

    /// The bytes that are hashed and signed. For the authority alone, and once: ever after these bytes travel. Throws `tooLarge` past
    /// 4,000,000 bytes.
    package func serialized() throws(EpochError) -> [UInt8] {
        let denials = Denial.messages(denials)
        try EpochError.check(count: denials.count, in: EpochLimits.denialEntries, "denials")
        let message = TrustV1.TrustEpoch(
            number: number, previousHash: previousHash, trustDomain: trustDomain, issuedAt: issuedAt.message,
            roots: roots.map(\.message), issuers: issuers.map(\.message), bridges: bridges, denials: denials,
            policy: policy, routes: routes.map(\.message), minimumProtocol: minimumProtocol,
            custodians: custodians.map(\.message))
        let bytes = try EpochError.translating("epoch") { () throws(ProtobufError) in try message.serialized() }
        try EpochError.check(count: bytes.count, in: EpochLimits.epochBytes, "epoch")
        return bytes
    }

    private static func anchors(_ messages: [TrustV1.Anchor], _ field: String) throws(EpochError) -> [TrustAnchor] {
        var anchors: [TrustAnchor] = []
        for message in messages {
            anchors.append(TrustAnchor(certificate: message.certificate, standing: try TrustAnchor.Standing(message.standing, field)))
        }
        return anchors
    }
}

extension TrustAnchor {
    fileprivate var message: TrustV1.Anchor {
        let standing: TrustV1.AnchorStanding =
            switch self.standing {
            case .trusted: .trusted
            case .active: .active
            case .tainted: .tainted
            }
        return TrustV1.Anchor(certificate: certificate, standing: standing)
    }
}

extension TrustAnchor.Standing {
    fileprivate init(_ message: TrustV1.AnchorStanding, _ field: String) throws(EpochError) {
        switch message {
        case .trusted: self = .trusted
        case .active: self = .active
        case .tainted: self = .tainted
        case .unspecified: throw EpochError(.missing, "\(field).standing", "a certificate has a standing")
        // What a later contract means by it cannot be guessed, and a guess would be about trust.
        case .unrecognized: throw EpochError(.badValue, "\(field).standing", "not a standing that this program knows")
        }
    }
}
