import SampanCrypto
import SampanDomain
import SampanMesh
import Testing

@Suite("Signers of epochs, with real keys")
struct ChainEpochVerifierTests {
    private static func verify(_ signed: SignedEpoch, _ roots: [Certificate], later seconds: Int64 = 0) throws {
        let time = NodeFixture.wall.advanced(byNanoseconds: seconds * 1_000_000_000)
        try ChainEpochVerifier(wall: { time }).verify(signed, roots: roots.map(\.der))
    }

    private static func error(_ signed: SignedEpoch, _ roots: [Certificate], later seconds: Int64 = 0) -> EpochSignerError? {
        #expect(throws: EpochSignerError.self) { try verify(signed, roots, later: seconds) }
    }

    private static func isUntrusted(_ error: EpochSignerError?) -> Bool {
        if case .untrustedChain = error { true } else { false }
    }

    @Test("the signature's domain is what stands before the signed bytes")
    func domain() { #expect(Array(ChainEpochVerifier.domain.utf8) + [0] == SignedEpoch.signaturePrefix) }

    @Test("a signer of the platform, by any of the roots")
    func good() throws {
        let region = try TrustRegion()
        let epoch = try region.epoch()
        try Self.verify(epoch, [region.root.certificate])
        try Self.verify(epoch, [TrustRegion().root.certificate, region.root.certificate])
    }

    @Test("nobody else: other bytes, another root, no root, another purpose, another role, another time")
    func bad() throws {
        let region = try TrustRegion()
        let roots = [region.root.certificate]
        let epoch = try region.epoch()
        let other = try region.epoch(minimumProtocol: 1)
        let validity = CertificateValidity(notBefore: region.now - 300, notAfter: region.now + 3_600)
        let changed = try SignedEpoch(epoch: other.bytes, signature: epoch.signature, signerChain: epoch.signerChain)
        #expect(Self.error(changed, roots) == .badSignature)
        let empty = try SignedEpoch(epoch: epoch.bytes, signature: [0x30, 0], signerChain: epoch.signerChain)
        #expect(Self.error(empty, roots) == .badSignature)
        #expect(Self.isUntrusted(Self.error(epoch, [try TrustRegion().root.certificate])))
        #expect(Self.isUntrusted(Self.error(epoch, [])))
        // A node's key, and the platform's own, sign nothing.
        #expect(Self.error(try region.sign(epoch.bytes, by: region.identity(TrustRegion.platform)), roots) == .notASigner)
        let hospital = try TrustRegion.signer(region.issuing, validity, "spiffe://sampan.test/hospital/h/1")
        #expect(Self.error(try region.sign(epoch.bytes, by: hospital), roots) == .notASigner)
        let abroad = try TrustRegion.signer(region.issuing, validity, "spiffe://other.test/platform/region/1")
        #expect(Self.error(try region.sign(epoch.bytes, by: abroad), roots) == .notASigner)
        let short = try TrustRegion.signer(region.issuing, validity)
        try Self.verify(try region.sign(epoch.bytes, by: short), roots)
        #expect(Self.isUntrusted(Self.error(try region.sign(epoch.bytes, by: short), roots, later: 7_200)))
        #expect(Self.isUntrusted(Self.error(try region.sign(epoch.bytes, by: short), roots, later: -7_200)))
        let broken = try SignedEpoch(epoch: epoch.bytes, signature: epoch.signature, signerChain: [[1, 2, 3]])
        #expect(Self.isUntrusted(Self.error(broken, roots)))
    }

    @Test("who missed changes of the root follows by the bridges, as many as are kept", arguments: [1, 2, 5, 16], [true, false])
    func bridges(changes: Int, areOfOneName: Bool) throws {
        var regions = [try TrustRegion()]
        var bridges: [Certificate] = []
        let validity = CertificateValidity(notBefore: regions[0].now - 3_600, notAfter: regions[0].now + 86_400)
        for number in 1...changes {
            let next = try TrustRegion(named: areOfOneName ? "root" : "root \(number)")
            bridges.append(try regions[number - 1].root.bridge(to: next.root.certificate, validity: validity))
            regions.append(next)
        }
        let last = regions[changes]
        let epoch = try last.epoch(UInt64(changes + 1), bridges: Array(bridges.suffix(16)))
        // The roots in between are not in the chain: there is no room for all.
        try Self.verify(epoch, [last.root.certificate])
        #expect(throws: Never.self) { try Self.verify(epoch, [regions[changes - 1].root.certificate]) }
        #expect(throws: Never.self) { try Self.verify(epoch, [regions[0].root.certificate]) }
        #expect(Self.isUntrusted(Self.error(epoch, [try TrustRegion().root.certificate])))
        let without = try last.epoch(UInt64(changes + 1))
        #expect(Self.isUntrusted(Self.error(without, [regions[0].root.certificate])))
    }
}
