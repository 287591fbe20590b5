package import SampanDomain
internal import SampanRPC

/// Whom a region trusts at one moment (Docs/Trust.md). A value of this type is within its limits and fits together.
package struct TrustEpoch: Sendable, Hashable {
    /// 1 upwards.
    package let number: UInt64
    /// 32 bytes; none for number 1.
    package let previousHash: [UInt8]
    package let trustDomain: String
    /// By the authority's clock; nothing is decided by it.
    package let issuedAt: UnixTime
    package let roots: [TrustAnchor]
    package let issuers: [TrustAnchor]
    /// Cross certificates (DER).
    package let bridges: [[UInt8]]
    package let denials: [Denial]
    package let policy: String
    package let routes: [EpochRoute]
    package let minimumProtocol: UInt32
    package let custodians: [EpochCustodian]

    /// Throws an `EpochError` that names the field for the first thing that is wrong.
    package init(
        number: UInt64, previousHash: [UInt8], trustDomain: String, issuedAt: UnixTime, roots: [TrustAnchor], issuers: [TrustAnchor],
        bridges: [[UInt8]] = [], denials: [Denial] = [], policy: String = "", routes: [EpochRoute] = [], minimumProtocol: UInt32 = 0,
        custodians: [EpochCustodian] = []
    ) throws(EpochError) {
        guard number > 0 else { throw EpochError(.missing, "number", "epochs are counted from 1") }
        guard previousHash.count == (number == 1 ? 0 : EpochLimits.hashBytes) else {
            throw EpochError(.badValue, "previous_hash", "32 bytes, and none in the first epoch")
        }
        guard TrustDomainName.isValid(trustDomain) else { throw EpochError(.badValue, "trust_domain", "not a trust domain") }
        try Self.check(roots, EpochLimits.roots, "roots")
        try Self.check(issuers, EpochLimits.issuers, "issuers")
        try EpochError.check(count: bridges.count, in: EpochLimits.bridges, "bridges")
        for bridge in bridges { try EpochError.check(count: bridge.count, in: EpochLimits.certificateBytes, "bridges") }
        try Self.check(denials, trustDomain)
        try EpochError.check(count: policy.utf8.count, in: EpochLimits.policyBytes, "policy")
        try EpochError.check(count: routes.count, in: EpochLimits.routes, "routes")
        guard Set(routes.map(\.name)).count == routes.count else { throw EpochError(.repeated, "routes.name", "a name has one route") }
        try EpochCustodian.check(custodians)
        self.number = number
        self.previousHash = previousHash
        self.trustDomain = trustDomain
        self.issuedAt = issuedAt
        self.roots = roots
        self.issuers = issuers
        self.bridges = bridges
        self.denials = denials
        self.policy = policy
        self.routes = routes
        self.minimumProtocol = minimumProtocol
        self.custodians = custodians
    }

    /// Where names lead.
    package var directory: EpochDirectory { EpochDirectory(routes: routes, custodians: custodians) }

    private static func check(_ anchors: [TrustAnchor], _ range: ClosedRange<Int>, _ field: String) throws(EpochError) {
        try EpochError.check(count: anchors.count, in: range, field)
        for anchor in anchors {
            try EpochError.check(count: anchor.certificate.count, in: EpochLimits.certificateBytes, "\(field).certificate")
        }
        guard Set(anchors.map(\.certificate)).count == anchors.count else {
            throw EpochError(.repeated, "\(field).certificate", "a certificate has one standing")
        }
        guard anchors.count(where: { $0.standing == .active }) == 1 else {
            throw EpochError(.badValue, "\(field).standing", "exactly one is active")
        }
    }

    private static func check(_ denials: [Denial], _ trustDomain: String) throws(EpochError) {
        var serials = 0
        for denial in denials {
            switch denial.subject {
            case .certificate: serials += 1
            case .node(let identity):
                guard identity.trustDomain == trustDomain else {
                    throw EpochError(.badValue, "denials.node", "of another trust domain")
                }
            case .institution: break
            }
        }
        guard serials <= EpochLimits.serials else {
            throw EpochError(.tooLarge, "denials.serials", "\(serials), at most \(EpochLimits.serials)")
        }
        try EpochError.check(count: denials.count - serials, in: EpochLimits.denialEntries, "denials")
    }
}
