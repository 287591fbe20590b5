@testable import SampanCrypto
import Testing

@Suite("Keys that were read before")
struct KnownKeysTests {
    let trust: TestTrust

    init() throws {
        trust = try TestTrust()
    }

    @Test("TLS reads keys, and protects records, by way of what saves it work")
    func inUse() {
        let isThere = unsafe TLSLibrary.context != nil
        #expect(isThere && KnownKeys.isInUse && RecordCipher.isInUse)
    }

    @Test("a key is known once a peer has shown it, and the peer may come again")
    func again() throws {
        let server = try TLSContext(trust.configuration(.server, try trust.identity("platform/region/gateway-1")))
        let identity = try trust.identity("hospital/12345678/node-1")
        let key = try Self.key(of: identity.leaf)
        #expect(!KnownKeys.knows(key))
        for _ in 0..<3 {
            let pair = try TLSPair(client: TLSContext(trust.configuration(.client, identity)), server: server)
            pair.handshake()
            #expect(pair.serverError == nil && pair.clientError == nil)
            #expect(pair.server.peerCertificate?.uri == "spiffe://sampan.test/hospital/12345678/node-1")
            #expect(KnownKeys.knows(key))
        }
    }

    @Test("a known key under another certificate opens no door")
    func borrowed() throws {
        let server = try TLSContext(trust.configuration(.server, try trust.identity("platform/region/gateway-1")))
        let stranger = try TestTrust(domain: "sampan.test")
        let key = try PrivateKey.generate()
        func identity(by authority: CertificateAuthority) throws -> TLSIdentity {
            let names = SubjectAlternativeNames(uris: ["spiffe://sampan.test/hospital/1/a"])
            let leaf = try authority.issue(
                .node(names: names, purposes: [.client]), subject: DistinguishedName(commonName: "node"), key: key,
                validity: CertificateValidity(from: TestTrust.now, lasting: TestTrust.day))
            return try TLSIdentity(chain: [leaf, authority.certificate], key: key)
        }
        for (authority, reason) in [(trust.issuing, nil), (stranger.issuing, TLSError.Reason.unknownIssuer), (trust.issuing, nil)] {
            let client = try TLSContext(trust.configuration(.client, try identity(by: authority)))
            let pair = try TLSPair(client: client, server: server)
            pair.handshake()
            #expect(pair.serverError?.reason == reason)
        }
    }

    /// The SubjectPublicKeyInfo of a P-256 certificate: 91 bytes that begin always the same (RFC 5480 §2).
    private static func key(of certificate: Certificate) throws -> [UInt8] {
        let start: [UInt8] = [0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
        let der = certificate.der
        let place = try #require(der.indices.first { der[$0...].starts(with: start) })
        return Array(der[place..<place + 91])
    }

    @Test(
        "only bytes that are one value are kept",
        arguments: [
            ([], false), ([0x30], false), ([0x30, 0x00], false), ([0x30, 0x01, 7], true), ([0x30, 0x01, 7, 7], false),
            ([0x30, 0x02, 7], false), ([0x30, 0x7F] + Array(repeating: 7, count: 127), true),
            ([0x30, 0x81, 0x80] + Array(repeating: 7, count: 128), true), ([0x30, 0x81, 0x80] + Array(repeating: 7, count: 129), false),
            ([0x30, 0x82, 0x00, 0x01, 7], false), ([0x30, 0x80, 0, 0], false),
        ] as [([UInt8], Bool)])
    func oneValue(bytes: [UInt8], isOne: Bool) {
        #expect(KnownKeys.isOneValue(bytes) == isOne)
    }

    @Test("one more than the capacity, and all are forgotten; what is kept again is not one more")
    func capacity() {
        var memory = BoundedMemory<Int>(capacity: 2)
        memory.keep(1, for: [1])
        memory.keep(2, for: [2])
        memory.keep(3, for: [2])
        #expect(memory.count == 2 && memory[[1]] == 1 && memory[[2]] == 3 && memory[[3]] == nil)
        memory.keep(4, for: [3])
        #expect(memory.count == 1 && memory[[1]] == nil && memory[[3]] == 4)
    }
}
