import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanProtobuf
import SampanRPC
import Testing

@testable import SampanAuthority

/// A node with a key of its own that believes an epoch only when its signer's chain ends in a root that it trusts. One task at a time.
/// Sendable, because it goes from one task of a test to another, and is never used by two at once.
final class TestNode: @unchecked Sendable {
    let identity: PeerIdentity
    private(set) var key: PrivateKey
    private(set) var chain: [Certificate] = []
    private(set) var held: SignedEpoch?
    private var renewals = 0

    init(_ identity: PeerIdentity) throws {
        self.identity = identity
        key = try PrivateKey.generate()
    }

    static func client(_ authority: Authority, _ identity: PeerIdentity, shown: CertificateName? = nil) -> TrustV1.TrustServiceClient {
        TrustV1.TrustServiceClient(InProcessCaller([TrustDesk(authority, shown: { _ in shown })], as: identity))
    }

    var name: CertificateName? {
        guard let leaf = chain.first, let serial = SerialNumber(leaf.serial) else { return nil }
        return CertificateName(issuerKeyID: leaf.issuerKeyID, serial: serial)
    }

    func request(_ names: SubjectAlternativeNames = SubjectAlternativeNames()) throws -> [UInt8] {
        try CertificateRequest.make(subject: DistinguishedName(commonName: identity.node), names: names, key: key).der
    }

    func enroll(_ authority: Authority, token: [UInt8]) async throws {
        let answer = try await AuthorityFixture.beginner(authority).enroll(
            TrustV1.EnrollRequest(token: token, certificateRequest: try request()))
        chain = try answer.certificateChain.map { try Certificate(der: $0) }
        held = try read(try #require(answer.epoch))
    }

    func renew(_ authority: Authority) async throws {
        renewals += 1
        key = try PrivateKey.generate()
        let answer = try await Self.client(authority, identity, shown: name).renew(
            TrustV1.RenewRequest(requestID: "\(identity.node)-\(renewals)", certificateRequest: try request()))
        chain = try answer.certificateChain.map { try Certificate(der: $0) }
    }

    func acknowledge(_ authority: Authority) async throws {
        let held = try #require(held)
        try await authority.execute(
            .acknowledge(identity, number: held.epoch.number, hash: held.hash, issuerKeyID: try #require(chain.first).issuerKeyID),
            by: identity.uri)
    }

    /// Takes every epoch behind its own, renews when the issuer has changed, and says so. Throws when it does not believe one.
    func follow(_ authority: Authority) async throws {
        let client = Self.client(authority, identity)
        while let held, held.epoch.number < authority.state.epochNumber {
            let answer = try await client.getEpoch(TrustV1.GetEpochRequest(number: held.epoch.number + 1))
            let offered = try read(try #require(answer.epoch))
            #expect(offered.epoch.previousHash == held.hash)
            try Self.verify(
                offered, roots: held.epoch.roots.map { try Certificate(der: $0.certificate) }, known: await Self.roots(authority),
                at: Self.time(authority))
            self.held = offered
        }
        let active = try #require(held?.epoch.issuers.first { $0.standing == .active })
        let issuer = try Certificate(der: active.certificate)
        if issuer.subjectKeyID != chain.first?.issuerKeyID { try await renew(authority) }
        try checkOwnChain(at: Self.time(authority))
        try await acknowledge(authority)
    }

    /// What it shows is good under what it trusts.
    private func checkOwnChain(at now: Int64) throws {
        let roots = try #require(held).epoch.roots.map { try Certificate(der: $0.certificate) }
        _ = try ChainVerifier(roots: roots).verify(chain[0], intermediates: Array(chain.dropFirst()), at: now, for: .server)
    }

    private static func time(_ authority: Authority) -> Int64 { authority.now.seconds }

    private func read(_ message: TrustV1.SignedTrustEpoch) throws -> SignedEpoch { try SignedEpoch(serialized: message.serialized()) }

    /// Every root that there ever was, by the journal. Not trusted: only what a bridge may lead to.
    private static func roots(_ authority: Authority) async throws -> [Certificate] {
        var (roots, number): ([Certificate], UInt64) = ([], 1)
        while let entry = try await authority.store.entry(number) {
            for case .rolloverPrepared(_, let material) in try AuthorityRecord(serialized: entry.record).events {
                if let root = material.root { roots.append(try Certificate(der: root.certificate)) }
            }
            number += 1
        }
        return roots
    }

    /// Over the bridges to newer roots, step by step, then the signer. `known` takes the place of what `ChainEpochVerifier` does: it
    /// believes a bridge as such; here the root behind it is looked up.
    static func verify(_ signed: SignedEpoch, roots: [Certificate], known: [Certificate], at now: Int64) throws {
        let chain = try signed.signerChain.map { try Certificate(der: $0) }
        let domain = try SignatureDomain("sampan trust epoch v1")
        try DetachedSignature.verify(signed.signature, domain, signed.bytes, by: chain[0])
        let isRoot = { (one: Certificate) in one.isAuthority && one.isSelfIssued && one.issuerKeyID == one.subjectKeyID }
        let bridges = chain.filter { $0.isAuthority && !isRoot($0) }
        var trusted = roots
        var candidates = (chain + known).filter { isRoot($0) && !roots.contains($0) }
        var isGrowing = true
        while isGrowing, !candidates.isEmpty {
            let verifier = try ChainVerifier(roots: trusted)
            let reached = candidates.filter { candidate in
                bridges.contains { bridge in
                    bridge.subjectKeyID == candidate.subjectKeyID
                        && (try? verifier.verify(bridge, intermediates: bridges, at: now, for: .authority)) != nil
                }
            }
            trusted += reached
            candidates.removeAll { reached.contains($0) }
            isGrowing = !reached.isEmpty
        }
        _ = try ChainVerifier(roots: trusted).verify(chain[0], intermediates: Array(chain.dropFirst()), at: now, for: .epochSigner)
    }
}
