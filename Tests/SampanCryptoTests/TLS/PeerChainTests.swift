@testable import SampanCrypto
import Testing

@Suite("The verified chain of a peer")
struct PeerChainTests {
    private let trust: TestTrust

    init() throws { trust = try TestTrust() }

    private func met(_ client: TLSContext, by server: TLSContext) throws -> PeerCertificate {
        let pair = try TLSPair(client: client, server: server)
        pair.handshake()
        #expect(pair.serverError == nil && pair.clientError == nil)
        return try #require(pair.server.peerCertificate)
    }

    @Test("issuers are those of the chain that was verified, not what was shown, for new peers and known ones")
    func verified() throws {
        let server = try TLSContext(trust.configuration(.server, try trust.identity()))
        let stranger = try TestTrust().issuing.certificate
        let own = try trust.identity("center/1/ecg")
        let padded = try TLSIdentity(chain: [own.leaf, stranger, trust.root.certificate, trust.issuing.certificate], key: own.key)
        let issuing = try #require(ChainMember(trust.issuing.certificate))
        for identity in [own, padded] {
            let client = try TLSContext(trust.configuration(.client, identity))
            for _ in 0..<2 {
                let peer = try met(client, by: server)
                #expect(peer.issuers == [issuing] && peer.certificate == ChainMember(own.leaf))
                #expect(peer.issuers.first?.serial == trust.issuing.certificate.serial)
                #expect(peer.issuerKeyID == trust.issuing.certificate.subjectKeyID)
            }
        }
    }

    @Test("a leaf of the root itself has no issuers; one behind a bridge has two")
    func lengths() throws {
        let server = try TLSContext(trust.configuration(.server, try trust.identity()))
        let direct = try trust.identity(by: trust.root)
        #expect(try met(TLSContext(trust.configuration(.client, direct)), by: server).issuers.isEmpty)

        let new = try TestTrust()
        let bridge = try trust.root.bridge(to: new.root.certificate, validity: CertificateValidity(from: TestTrust.now, lasting: 60))
        let leaf = try new.identity()
        let identity = try TLSIdentity(chain: leaf.chain + [bridge], key: leaf.key)
        var configuration = trust.configuration(.client, identity)
        configuration.trustRoots = [trust.root.certificate, new.root.certificate]
        let peer = try met(TLSContext(configuration), by: server)
        #expect(peer.issuers == [new.issuing.certificate, bridge].compactMap(ChainMember.init))
        #expect(peer.issuers.count == 2)
    }

    @Test("the questions about a peer see its issuers, so that one can be refused by its issuer")
    func refusedByIssuer() throws {
        let refused = trust.issuing.certificate.serial
        var configuration = trust.configuration(.server, try trust.identity())
        configuration.verdict = { peer in peer.issuers.contains { $0.serial == refused } ? .refused : .admitted }
        let server = try TLSContext(configuration)
        let pair = try TLSPair(client: TLSContext(trust.configuration(.client, try trust.identity())), server: server)
        pair.handshake()
        #expect(pair.serverError?.reason == .refusedByPolicy)
        let direct = try trust.identity(by: trust.root)
        _ = try met(TLSContext(trust.configuration(.client, direct)), by: server)
    }

    @Test("connections share the list of issuers: one array for all peers of an issuer")
    func shared() throws {
        let server = try TLSContext(trust.configuration(.server, try trust.identity()))
        let peers = try (0..<4).map { index in
            try met(TLSContext(trust.configuration(.client, try trust.identity("center/1/n\(index)"))), by: server)
        }
        let addresses = peers.map { peer in unsafe peer.issuers.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) } }
        #expect(Set(addresses).count == 1)
        #expect(MemoryLayout<PeerCertificate>.size == MemoryLayout<String>.size + MemoryLayout<ChainMember>.size + 16)
    }
}
