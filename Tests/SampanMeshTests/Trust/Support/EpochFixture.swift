import SampanDomain
import SampanMesh
import SampanRPC
import Testing

/// Epochs and certificates that are words: nothing under test looks into a certificate.
enum EpochFixture {
    static let domain = "sampan.test"
    static let root = Array("root-1".utf8)
    static let issuer = Array("issuer-1".utf8)

    static func node(_ name: String, institution: String = "4699010001") throws -> PeerIdentity {
        try PeerIdentity(trustDomain: domain, role: .hospital, institution: institution, node: name)
    }

    static func serial(_ number: UInt64) throws -> SerialNumber {
        try #require(SerialNumber((0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }))
    }

    static func epoch(
        _ number: UInt64, after previous: SignedEpoch? = nil, domain: String = domain, roots: [String] = ["root-1"],
        issuers: [String] = ["issuer-1"], denials: [Denial] = [], minimumProtocol: UInt32 = 0, policy: String = ""
    ) throws -> TrustEpoch {
        func anchors(_ names: [String]) -> [TrustAnchor] {
            names.enumerated().map { TrustAnchor(certificate: Array($1.utf8), standing: $0 == 0 ? .active : .trusted) }
        }
        return try TrustEpoch(
            number: number, previousHash: number == 1 ? [] : previous?.hash ?? [UInt8](repeating: 7, count: 32), trustDomain: domain,
            issuedAt: UnixTime(nanoseconds: 1_800_000_000_000_000_000), roots: anchors(roots), issuers: anchors(issuers),
            denials: denials, policy: policy, minimumProtocol: minimumProtocol)
    }

    static func signed(_ epoch: TrustEpoch) throws -> SignedEpoch {
        let root = try #require(epoch.roots.first).certificate
        return try FakeSigner.sign(try epoch.serialized(), root: root)
    }

    /// Epochs 1 to `count`, each behind the one before, as a node is offered them.
    static func chain(_ count: Int) throws -> [SignedEpoch] {
        var chain: [SignedEpoch] = []
        for number in 1...count { chain.append(try signed(epoch(UInt64(number), after: chain.last))) }
        return chain
    }
}
