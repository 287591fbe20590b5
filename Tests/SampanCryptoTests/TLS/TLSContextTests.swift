@testable import SampanCrypto
import Testing

@Suite("TLS context")
struct TLSContextTests {
    let trust: TestTrust

    init() throws {
        trust = try TestTrust()
    }

    @Test("one context serves many threads at once")
    func shared() async throws {
        let client = try TLSContext(trust.configuration(.client, try trust.identity("hospital/1/a")))
        let server = try TLSContext(trust.configuration(.server, try trust.identity("platform/1/b")))
        let met = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { try Self.meet(client, server, times: 12) }
            }
            return try await group.reduce(0, +)
        }
        #expect(met == 96)
    }

    private static func meet(_ client: TLSContext, _ server: TLSContext, times: Int) throws -> Int {
        var met = 0
        for _ in 0..<times {
            let (near, far) = (try TLSConnection(client), try TLSConnection(server))
            try near.start()
            try far.receive(near.takeCiphertext())
            try near.receive(far.takeCiphertext())
            try near.write([1, 2, 3])
            try far.receive(near.takeCiphertext())
            if try far.readAll().bytes == [1, 2, 3], far.peerCertificate?.uri.hasSuffix("/a") == true { met += 1 }
        }
        return met
    }

    @Test("AES-128-GCM is what two of ours choose; nobody has a cipher before the end of the handshake")
    func cipherSuite() throws {
        let pair = try TLSPair(
            trust.configuration(.client, try trust.identity()), trust.configuration(.server, try trust.identity("platform/1/b")))
        #expect(pair.client.cipherSuite == nil && pair.server.cipherSuite == nil)
        pair.handshake()
        #expect(pair.client.cipherSuite == "TLS_AES_128_GCM_SHA256")
        #expect(pair.server.cipherSuite == "TLS_AES_128_GCM_SHA256")
    }

    @Test("a server without identity, a context without roots, a root that is a leaf, a bad ALPN name")
    func refused() throws {
        let identity = try trust.identity()
        var rootless = trust.configuration(.client, identity)
        rootless.trustRoots = []
        var leafRoot = trust.configuration(.server, identity)
        leafRoot.trustRoots = [identity.leaf]
        var alpn = trust.configuration(.client, identity)
        alpn.applicationProtocols = ["h2", ""]
        for (configuration, reason) in [
            (trust.configuration(.server, nil), CryptoError.Reason.badPEM), (rootless, .badPEM), (leafRoot, .notAnAuthority),
            (alpn, .badLength),
        ] {
            let error = try #require(throws: CryptoError.self) { try TLSContext(configuration) }
            #expect(error.reason == reason)
        }
    }

    @Test("an identity needs a chain, and its own key")
    func identity() throws {
        #expect(throws: CryptoError.self) { try TLSIdentity(chain: [], key: try PrivateKey.generate()) }
        let error = try #require(throws: CryptoError.self) {
            try TLSIdentity(chain: [trust.root.certificate], key: try PrivateKey.generate())
        }
        #expect(error.reason == .keyMismatch)
    }

    @Test("a connection's closure is let go when the handshake ends")
    func closureReleased() throws {
        final class Token {}
        var token: Token? = Token()
        weak let watched = token
        let server = try TLSConnection(TLSContext(trust.configuration(.server, try trust.identity())))
        let held = try #require(token)
        let client = try TLSConnection(TLSContext(trust.configuration(.client, try trust.identity()))) { [held] _ in
            _ = held
            return true
        }
        _ = consume held
        token = nil
        #expect(watched != nil)
        try client.start()
        try server.receive(client.takeCiphertext())
        try client.receive(server.takeCiphertext())
        #expect(client.isHandshakeComplete && watched == nil)
    }

    @Test(
        "labels are stable",
        arguments: [
            (TLSError.Reason.notTLS, "notTLS"), (.alert(.unknownCA), "alert.unknown_ca"), (.alert(TLSAlert(rawValue: 200)), "alert.200"),
            (.closedDuringHandshake, "closedDuringHandshake"), (.certificateExpired, "certificateExpired"),
        ])
    func labels(reason: TLSError.Reason, label: String) {
        #expect(TLSError(reason, "").label == label)
    }
}
