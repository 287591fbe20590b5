@testable import SampanCrypto
import Synchronization
import Testing

@Suite("Chains that were verified before")
struct VerifiedChainsTests {
    let trust: TestTrust

    init() throws {
        trust = try TestTrust()
    }

    @Test("a peer that comes again is known; one with other bytes is verified, and a forged copy is refused")
    func again() throws {
        let server = try TLSContext(trust.configuration(.server, try trust.identity("platform/region/gateway-1")))
        let identity = try trust.identity("hospital/12345678/node-1")
        let client = try TLSContext(trust.configuration(.client, identity))
        for _ in 0..<3 {
            let pair = try TLSPair(client: client, server: server)
            pair.handshake()
            #expect(pair.server.peerCertificate?.uri == "spiffe://sampan.test/hospital/12345678/node-1")
            #expect(server.policy.verified.count == 1)
        }
        let other = try TLSPair(client: TLSContext(trust.configuration(.client, try trust.identity("center/1/ecg"))), server: server)
        other.handshake()
        #expect(other.serverError == nil && server.policy.verified.count == 2)

        // The last byte of a certificate is of its signature.
        var der = identity.chain[0].der
        der[der.count - 1] ^= 1
        let forged = try TLSIdentity(chain: [try Certificate(der: der)] + identity.chain.dropFirst(), key: identity.key)
        let pair = try TLSPair(client: TLSContext(trust.configuration(.client, forged)), server: server)
        pair.handshake()
        #expect(pair.serverError?.reason == .badSignature)
        #expect(server.policy.verified.count == 2)
    }

    @Test("policy is asked every time, also for a peer that is known")
    func policy() throws {
        let welcome = Welcome()
        var configuration = trust.configuration(.server, try trust.identity("platform/region/gateway-1"))
        configuration.verdict = { _ in welcome.isOpen ? .admitted : .refused }
        let server = try TLSContext(configuration)
        let client = try TLSContext(trust.configuration(.client, try trust.identity()))
        for isOpen in [true, false, true] {
            welcome.isOpen = isOpen
            let pair = try TLSPair(client: client, server: server)
            pair.handshake()
            #expect(pair.serverError?.reason == (isOpen ? nil : .refusedByPolicy))
        }
    }

    private final class Welcome: Sendable {
        private let open = Atomic<Bool>(true)
        var isOpen: Bool {
            get { open.load(ordering: .acquiring) }
            set { open.store(newValue, ordering: .releasing) }
        }
    }

    @Test("known bytes are good within their dates only", arguments: [(99, false), (100, true), (150, true), (200, true), (201, false)])
    func dates(now: Int64, isKnown: Bool) {
        let chains = VerifiedChains(verificationTime: nil)
        chains.remember([1], CertificateValidity(notBefore: 100, notAfter: 200), [])
        #expect((chains.issuers(of: [1], at: now) != nil) == isKnown)
        #expect(chains.issuers(of: [2], at: now) == nil)
    }

    @Test("no more chains are kept than the limit")
    func capacity() {
        let chains = VerifiedChains(verificationTime: nil)
        for index in 0...VerifiedChains.capacity {
            chains.remember([UInt8(index & 255), UInt8(index >> 8)], CertificateValidity(notBefore: 0, notAfter: 1), [])
        }
        #expect(chains.count == 1)
    }
}
