import SampanTestSupport
@testable import SampanCrypto
import Testing

@Suite("TLS against hostile and broken peers")
struct TLSHostileTests {
    let trust: TestTrust

    init() throws {
        trust = try TestTrust()
    }

    private func server() throws -> TLSConnection {
        try TLSConnection(TLSContext(trust.configuration(.server, try trust.identity())))
    }

    private func client() throws -> TLSConnection {
        let connection = try TLSConnection(TLSContext(trust.configuration(.client, try trust.identity())))
        try connection.start()
        return connection
    }

    /// Bytes of other protocols; none is TLS.
    static let strangers: [[UInt8]] = [
        Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8), Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8),
        Array("CONNECT a:443 HTTP/1.1\r\n\r\n".utf8), Array("SSH-2.0-OpenSSH_9.2\r\n".utf8), Array("HTTP/1.1 400 Bad\r\n".utf8),
        [UInt8](repeating: 0, count: 64), [UInt8](repeating: 0xFF, count: 64), [22, 9, 9] + [UInt8](repeating: 1, count: 64),
    ]

    @Test("what is not TLS is called so, by both ends, whole or byte by byte", arguments: strangers, [true, false])
    func notTLS(bytes: [UInt8], whole: Bool) throws {
        for connection in [try server(), try client()] {
            let error = try #require(throws: TLSError.self) {
                for piece in whole ? [bytes] : bytes.map({ [$0] }) { try connection.receive(piece) }
            }
            #expect(error.reason == .notTLS)
            #expect(error.label == "notTLS" && error.guilty == .peer)
        }
    }

    @Test("a TLS 1.2 client is refused for its version")
    func oldClient() throws {
        let connection = try server()
        let error = try #require(throws: TLSError.self) { try connection.receive(Self.oldClientHello) }
        #expect(error.reason == .protocolVersion)
        // Alert protocol_version (70), fatal, in a record of its own.
        #expect(connection.takeCiphertext().suffix(2) == [2, 70])
    }

    @Test("a TLS 1.2 server is refused for its version")
    func oldServer() throws {
        let connection = try client()
        _ = connection.takeCiphertext()
        let body: [UInt8] = [3, 3] + [UInt8](repeating: 7, count: 32) + [0, 0xC0, 0x2B, 0]
        let hello: [UInt8] = [22, 3, 3, 0, UInt8(body.count + 4), 2, 0, 0, UInt8(body.count)] + body
        let error = try #require(throws: TLSError.self) { try connection.receive(hello) }
        #expect(error.reason == .protocolVersion)
    }

    /// A ClientHello as TLS 1.2 clients send it (RFC 5246 §7.4.1.2): no supported_versions; ALPN h2.
    static var oldClientHello: [UInt8] {
        let extensions: [UInt8] =
            [0, 16, 0, 5, 0, 3, 2, 0x68, 0x32]  // ALPN h2
            + [0, 10, 0, 4, 0, 2, 0, 23]  // supported_groups P-256
            + [0, 13, 0, 4, 0, 2, 4, 3]  // signature_algorithms ecdsa_secp256r1_sha256
        let body: [UInt8] =
            [3, 3] + [UInt8](repeating: 7, count: 32) + [0, 0, 2, 0xC0, 0x2B, 1, 0, 0, UInt8(extensions.count)] + extensions
        return [22, 3, 1, 0, UInt8(body.count + 4), 1, 0, 0, UInt8(body.count)] + body
    }

    @Test("a handshake that ends anywhere is closedDuringHandshake", arguments: [0, 1, 4, 5, 100, Int.max])
    func cutOff(kept: Int) throws {
        let hello = try client().takeCiphertext()
        let connection = try server()
        try connection.receive(Array(hello.prefix(kept)))
        #expect(try connection.readAll().bytes.isEmpty)
        let error = try #require(throws: TLSError.self) { try connection.receiveEnd() }
        #expect(error.reason == .closedDuringHandshake)
        #expect(connection.peerCertificate == nil && connection.applicationProtocol == nil)
    }

    @Test("an endless certificate chain is refused unread")
    func endlessChain() throws {
        let good = try trust.identity()
        let chain = [good.leaf] + Array(repeating: trust.issuing.certificate, count: 120)
        let pair = try TLSPair(
            trust.configuration(.client, try TLSIdentity(chain: chain, key: good.key)),
            trust.configuration(.server, try trust.identity()))
        pair.handshake()
        #expect(pair.serverError?.reason == .oversized)
        #expect(!pair.server.isHandshakeComplete)
    }

    @Test("an authority that may also speak TLS is no peer")
    func authorityAsPeer() throws {
        let directory = try TemporaryDirectory()
        let made = try directory.openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "a.key", "-out", "a.pem",
            "-days", "1", "-subj", "/CN=a", "-addext", "subjectAltName=URI:spiffe://sampan.test/platform/1/a",
            "-addext", "keyUsage=critical,digitalSignature,keyCertSign", "-addext", "extendedKeyUsage=serverAuth,clientAuth")
        try #require(made.status == 0, "\(made.output)")
        let identity = try CredentialFile.identity(
            certificate: "\(directory.path)/a.pem", key: "\(directory.path)/a.key")
        var server = trust.configuration(.server, try trust.identity())
        server.trustRoots.append(identity.leaf)
        server.verificationTime = identity.leaf.validity?.notBefore
        var client = trust.configuration(.client, identity)
        client.verificationTime = TestTrust.now
        let pair = try TLSPair(client, server)
        pair.handshake()
        #expect(pair.serverError?.reason == .authorityAsPeer)
        #expect(pair.clientError?.reason == .alert(.unsupportedCertificate))
    }

    @Test("seeded garbage never gets in and never traps", arguments: 1...8)
    func garbage(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let context = try TLSContext(trust.configuration(.server, try trust.identity()))
        let hello = try client().takeCiphertext()
        for round in 0..<150 {
            let connection = try TLSConnection(context)
            var bytes = hello
            switch round % 3 {
            case 0: bytes = random.bytes(Int.random(in: 1...600, using: &random))
            case 1:
                let body = random.bytes(Int.random(in: 1...400, using: &random))
                bytes = [22, 3, 1, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
            default:
                for _ in 0...Int.random(in: 0...4, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            }
            do throws(TLSError) {
                try connection.receive(bytes)
                try connection.receive(random.bytes(200))
                _ = try connection.readAll()
            } catch {
                #expect(error.guilty == .peer, "\(error)")
            }
            #expect(!connection.isHandshakeComplete)
        }
    }

    @Test("a bit flipped anywhere in a live handshake never ends in an open server and a wrong peer", arguments: 1...4)
    func flippedFlights(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let serverContext = try TLSContext(trust.configuration(.server, try trust.identity()))
        let identity = try trust.identity()
        let clientContext = try TLSContext(trust.configuration(.client, identity))
        for _ in 0..<40 {
            let (client, server) = (try TLSConnection(clientContext), try TLSConnection(serverContext))
            let flight = Int.random(in: 0...2, using: &random)
            var failed = false
            do throws(TLSError) {
                try client.start()
                for index in 0...2 {
                    let (from, to) = index == 1 ? (server, client) : (client, server)
                    var bytes = from.takeCiphertext()
                    if index == flight, !bytes.isEmpty {
                        bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
                    }
                    try to.receive(bytes)
                }
            } catch {
                failed = true
                #expect(error.guilty == .peer, "\(error)")
            }
            // A record's version byte is outside the transcript (RFC 8446 §5.1): such a flip may pass, to the right peer only.
            #expect(failed || !server.isHandshakeComplete || server.peerCertificate?.fingerprint == identity.leaf.fingerprint)
        }
    }
}
