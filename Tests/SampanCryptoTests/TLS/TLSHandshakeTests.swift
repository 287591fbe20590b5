@testable import SampanCrypto
import Testing

@Suite("TLS handshake")
struct TLSHandshakeTests {
    let trust: TestTrust

    init() throws {
        trust = try TestTrust()
    }

    @Test("two nodes of one trust domain meet, over any cut of the bytes", arguments: [Int.max, 4096, 1000, 17, 5, 1])
    func good(step: Int) throws {
        let server = try trust.identity("platform/region/gateway-1")
        let client = try trust.identity("hospital/12345678/node-1")
        let pair = try TLSPair(trust.configuration(.client, client), trust.configuration(.server, server), step: step)
        pair.handshake()
        #expect(pair.clientError == nil)
        #expect(pair.serverError == nil)
        #expect(pair.client.isHandshakeComplete && pair.server.isHandshakeComplete)
        #expect(pair.client.applicationProtocol == "h2")
        #expect(pair.server.applicationProtocol == "h2")
        #expect(pair.client.peerCertificate?.uri == "spiffe://sampan.test/platform/region/gateway-1")
        let seen = try #require(pair.server.peerCertificate)
        #expect(seen.uri == "spiffe://sampan.test/hospital/12345678/node-1")
        #expect(seen.serial == client.chain[0].serial)
        #expect(seen.issuerKeyID == trust.issuing.certificate.subjectKeyID)
        #expect(seen.fingerprint == client.chain[0].fingerprint)
        #expect(seen.validity.contains(TestTrust.now))
        #expect(pair.client.bufferedMemory == 0 && pair.server.bufferedMemory == 0)
    }

    /// Refusals of the client's certificate by the server, and of the server's by the client, from one table.
    enum Flaw: CaseIterable {
        case foreignAuthority, expired, notYetValid, wrongPurpose, noPurpose, leafAsAuthority, otherTrustDomain
        case noURI, twoURIs, authorityAsPeer, notSPIFFE, issuerMissing
    }

    @Test("a flawed client certificate ends the handshake", arguments: Flaw.allCases)
    func flawedClient(flaw: Flaw) throws {
        let (identity, reason, alert) = try flawed(flaw, other: .server)
        let pair = try TLSPair(
            trust.configuration(.client, identity), trust.configuration(.server, try trust.identity()))
        pair.handshake()
        #expect(pair.serverError?.reason == reason)
        #expect(pair.clientError?.reason == .alert(alert))
        #expect(!pair.server.isHandshakeComplete)
        #expect(pair.server.peerCertificate == nil)
    }

    @Test("a flawed server certificate ends the handshake", arguments: Flaw.allCases)
    func flawedServer(flaw: Flaw) throws {
        let (identity, reason, alert) = try flawed(flaw, other: .client)
        let pair = try TLSPair(
            trust.configuration(.client, try trust.identity()), trust.configuration(.server, identity))
        pair.handshake()
        #expect(pair.clientError?.reason == reason)
        #expect(pair.serverError?.reason == .alert(alert))
        #expect(!pair.client.isHandshakeComplete && !pair.server.isHandshakeComplete)
    }

    private func flawed(
        _ flaw: Flaw, other: CertificatePurposes
    ) throws -> (identity: TLSIdentity, reason: TLSError.Reason, alert: TLSAlert) {
        let day = TestTrust.day
        switch flaw {
        case .foreignAuthority: return (try TestTrust().identity(), .unknownIssuer, .unknownCA)
        case .expired:
            return (try trust.identity(from: TestTrust.now - 2 * day), .certificateExpired, .certificateExpired)
        case .notYetValid:
            return (try trust.identity(from: TestTrust.now + 2 * day), .certificateNotYetValid, .badCertificate)
        case .wrongPurpose: return (try trust.identity(purposes: other), .wrongPurpose, .unsupportedCertificate)
        case .noPurpose: return (try trust.identity(purposes: []), .wrongPurpose, .unsupportedCertificate)
        case .leafAsAuthority:
            let leaf = try trust.identity()
            let forged = CertificateAuthority(unchecked: leaf.chain[0], key: leaf.key)
            let made = try trust.identity("platform/region/forged", by: forged)
            let chain = [made.chain[0], leaf.chain[0], trust.issuing.certificate]
            return (try TLSIdentity(chain: chain, key: made.key), .badAuthority, .unknownCA)
        case .otherTrustDomain:
            let uri = "spiffe://sampan.test.example/hospital/12345678/node-1"
            return (try trust.identity(uris: [uri]), .wrongTrustDomain, .badCertificate)
        case .noURI: return (try trust.identity(uris: []), .badPeerName, .badCertificate)
        case .twoURIs:
            let uris = ["spiffe://sampan.test/hospital/1/a", "spiffe://sampan.test/platform/1/a"]
            return (try trust.identity(uris: uris), .badPeerName, .badCertificate)
        case .authorityAsPeer:
            return (try trust.identity(by: trust.root, profile: .issuing(trustDomain: nil)), .wrongPurpose, .unsupportedCertificate)
        case .notSPIFFE:
            return (try trust.identity(uris: ["https://sampan.test/hospital/1/a"]), .wrongTrustDomain, .badCertificate)
        case .issuerMissing:
            let full = try trust.identity()
            return (try TLSIdentity(chain: [full.chain[0]], key: full.key), .unknownIssuer, .unknownCA)
        }
    }

    @Test("a client without a certificate is refused")
    func noClientCertificate() throws {
        let pair = try TLSPair(trust.configuration(.client, nil), trust.configuration(.server, try trust.identity()))
        pair.handshake()
        #expect(pair.serverError?.reason == .noPeerCertificate)
        #expect(pair.clientError?.reason == .alert(.certificateRequired))
    }

    @Test("a server for benchmarks asks for none, and then knows nobody")
    func benchmarkServer() throws {
        var server = trust.configuration(.server, try trust.identity())
        server.clientCertificates = .none
        server.trustRoots = []
        let pair = try TLSPair(trust.configuration(.client, nil), server)
        pair.handshake()
        #expect(pair.server.isHandshakeComplete && pair.client.isHandshakeComplete)
        #expect(pair.server.peerCertificate == nil)
    }

    @Test(
        "a peer without a URI name gets in only where that is asked for, and then is nobody; two names never do", arguments: [true, false])
    func namelessPeer(admitted: Bool) throws {
        var server = trust.configuration(.server, try trust.identity())
        server.admitsNamelessPeers = admitted
        let nameless = try TLSPair(trust.configuration(.client, try trust.identity(uris: [])), server)
        nameless.handshake()
        #expect(nameless.server.isHandshakeComplete == admitted)
        #expect(nameless.serverError?.reason == (admitted ? nil : .badPeerName))
        #expect(nameless.server.peerCertificate == nil)
        let uris = ["spiffe://sampan.test/hospital/1/a", "spiffe://sampan.test/platform/1/a"]
        let double = try TLSPair(trust.configuration(.client, try trust.identity(uris: uris)), server)
        double.handshake()
        #expect(double.serverError?.reason == .badPeerName)
    }

    @Test("ALPN: none or another protocol is refused", arguments: [[], ["http/1.1"], ["h2c", "h22", "h"]])
    func clientALPN(protocols: [String]) throws {
        var client = trust.configuration(.client, try trust.identity())
        client.applicationProtocols = protocols
        let pair = try TLSPair(client, trust.configuration(.server, try trust.identity()))
        pair.handshake()
        #expect(pair.serverError?.reason == .noALPN)
        #expect(pair.clientError?.reason == .alert(.noApplicationProtocol))
    }

    @Test("ALPN: a server that chooses nothing is refused by the client")
    func serverALPN() throws {
        var server = trust.configuration(.server, try trust.identity())
        server.applicationProtocols = []
        let pair = try TLSPair(trust.configuration(.client, try trust.identity()), server)
        pair.handshake()
        #expect(pair.clientError?.reason == .noALPN)
        #expect(!pair.client.isHandshakeComplete)
    }

    @Test("ALPN: h2 among others is found")
    func mixedALPN() throws {
        var client = trust.configuration(.client, try trust.identity())
        client.applicationProtocols = ["http/1.1", "h2"]
        let pair = try TLSPair(client, trust.configuration(.server, try trust.identity()))
        pair.handshake()
        #expect(pair.server.applicationProtocol == "h2")
    }

    @Test("the context's and the connection's own question can refuse", arguments: [true, false])
    func policy(inContext: Bool) throws {
        var client = trust.configuration(.client, try trust.identity())
        let server = trust.configuration(.server, try trust.identity("platform/region/gateway-2"))
        if inContext { client.verdict = { $0.uri.hasSuffix("gateway-2") ? .refused : .admitted } }
        let dialled = try TLSConnection(TLSContext(client)) { inContext || $0.uri.hasSuffix("gateway-1") }
        let answering = try TLSConnection(TLSContext(server))
        try dialled.start()
        try answering.receive(dialled.takeCiphertext())
        let error = try #require(throws: TLSError.self) { try dialled.receive(answering.takeCiphertext()) }
        #expect(error.reason == .refusedByPolicy)
        #expect(error.guilty == .peer)
        #expect(error.label == "refusedByPolicy")
        // The alert still leaves, and the same error comes from every later call.
        #expect(dialled.pendingCiphertext > 0)
        #expect(throws: error) { try dialled.receive([1]) }
        #expect(throws: error) { try dialled.write([1]) }
        #expect(throws: error) { try dialled.start() }
    }
}
