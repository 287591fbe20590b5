@testable import SampanCrypto
import Testing

/// What issue 3 lists of TLS and no other suite has: a wrong key usage, a second handshake on a live connection. The rest is in
/// TLSHandshakeTests (no certificate, foreign authority, expired, not yet valid, wrong purpose, a leaf as authority, ALPN) and
/// TLSHostileTests (TLS 1.2, an endless chain).
@Suite("TLS: wrong key usage, renegotiation")
struct TLSAbuseTests {
    @Test(
        "a key that may not sign is no peer's (RFC 5280 §4.2.1.3)",
        arguments: [("digitalSignature", nil), ("keyEncipherment", .wrongPurpose), ("cRLSign", .wrongPurpose)]
            as [(String, TLSError.Reason?)])
    func keyUsage(usage: String, expected: TLSError.Reason?) throws {
        let trust = try TestTrust()
        let directory = try TemporaryDirectory()
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        try Self.make(directory, ["-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca"] + key)
        try Self.make(
            directory,
            ["-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "a.key", "-out", "a.pem", "-subj", "/CN=a"] + key
                + [
                    "-addext", "basicConstraints=critical,CA:FALSE", "-addext", "subjectAltName=URI:spiffe://sampan.test/hospital/1/a",
                    "-addext", "keyUsage=critical,\(usage)", "-addext", "extendedKeyUsage=serverAuth,clientAuth",
                ])
        let identity = try CredentialFile.identity(certificate: "\(directory.path)/a.pem", key: "\(directory.path)/a.key")
        var server = trust.configuration(.server, try trust.identity())
        server.trustRoots += try CredentialFile.certificates("\(directory.path)/ca.pem")
        server.verificationTime = identity.leaf.validity?.notBefore
        let pair = try TLSPair(trust.configuration(.client, identity), server)
        pair.handshake()
        #expect(pair.serverError?.reason == expected)
        #expect(pair.server.isHandshakeComplete == (expected == nil))
        if expected != nil { #expect(pair.clientError?.reason == .alert(.unsupportedCertificate)) }
    }

    private static func make(_ directory: TemporaryDirectory, _ arguments: [String]) throws {
        let made = try directory.openssl(["req", "-x509"] + arguments)
        try #require(made.status == 0, "\(made.output)")
    }

    @Test("a second ClientHello on a live connection ends it: there is no renegotiation (RFC 8446 §4.1.2)")
    func renegotiation() throws {
        let trust = try TestTrust()
        let pair = try TLSPair(
            trust.configuration(.client, try trust.identity()), trust.configuration(.server, try trust.identity()))
        pair.handshake()
        try #require(pair.server.isHandshakeComplete)
        let again = try TLSConnection(TLSContext(trust.configuration(.client, try trust.identity())))
        try again.start()
        let error = try #require(throws: TLSError.self) {
            try pair.server.receive(again.takeCiphertext())
            _ = try pair.server.readAll()
        }
        #expect(error.reason == .protocolViolation, "\(error)")
        #expect(error.guilty == .peer)
    }
}
