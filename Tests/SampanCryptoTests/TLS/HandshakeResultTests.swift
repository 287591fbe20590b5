@testable import SampanCrypto
import Testing

@Suite("Handshake labels")
struct HandshakeResultTests {
    @Test("the labels are those of A118, letter by letter")
    func labels() {
        #expect(
            HandshakeResult.allCases.map(\.rawValue) == [
                "UNKNOWN_FAILURE", "SUCCESS", "CERTIFICATE_VERIFICATION_FAILED", "CERTIFICATE_REVOKED", "CERTIFICATE_EXPIRED",
                "CERTIFICATE_NOT_YET_VALID", "CERTIFICATE_AUTHORITY_INVALID", "CERTIFICATE_HOSTNAME_MISMATCH", "CERTIFICATE_MALFORMED",
                "CIPHER_SUITE_MISMATCH", "PROTOCOL_VERSION_UNSUPPORTED", "INAPPROPRIATE_FALLBACK", "NO_APPLICATION_PROTOCOL",
                "SIGNATURE_VERIFICATION_FAILED", "DECRYPTION_FAILED", "KEY_EXCHANGE_FAILURE", "UNEXPECTED_MESSAGE", "HANDSHAKE_TIMEOUT",
                "PEER_CONNECTION_CLOSED",
            ])
    }

    static let reasons: [(TLSError.Reason, HandshakeResult)] = [
        (.noPeerCertificate, .certificateVerificationFailed), (.certificateExpired, .certificateExpired),
        (.certificateNotYetValid, .certificateNotYetValid), (.certificateRevoked, .certificateRevoked),
        (.unknownIssuer, .certificateAuthorityInvalid), (.badAuthority, .certificateAuthorityInvalid),
        (.badCertificate, .certificateVerificationFailed), (.malformedCertificate, .certificateMalformed),
        (.wrongPurpose, .certificateVerificationFailed), (.authorityAsPeer, .certificateVerificationFailed),
        (.badPeerName, .certificateMalformed), (.wrongTrustDomain, .certificateHostnameMismatch),
        (.refusedByPolicy, .certificateVerificationFailed), (.notTLS, .unexpectedMessage), (.protocolVersion, .protocolVersionUnsupported),
        (.inappropriateFallback, .inappropriateFallback), (.noALPN, .noApplicationProtocol), (.noCommonParameters, .cipherSuiteMismatch),
        (.noCommonGroup, .keyExchangeFailure), (.badKeyExchange, .keyExchangeFailure), (.badSignature, .signatureVerificationFailed),
        (.undecipherable, .decryptionFailed), (.oversized, .unexpectedMessage), (.protocolViolation, .unexpectedMessage),
        (.closedDuringHandshake, .peerConnectionClosed), (.truncated, .peerConnectionClosed), (.timedOut, .handshakeTimeout),
        (.notOpen, .unknownFailure), (.library, .unknownFailure), (.alert(.unknownCA), .certificateAuthorityInvalid),
        (.alert(.certificateRequired), .certificateVerificationFailed), (.alert(TLSAlert(rawValue: 255)), .unknownFailure),
    ]

    @Test("each reason has its label, and a sentence for cause and cure", arguments: reasons, [TLSRole.client, .server])
    func reason(row: (reason: TLSError.Reason, label: HandshakeResult), role: TLSRole) {
        #expect(HandshakeResult(row.reason) == row.label)
        let explained = HandshakeExplanation(TLSError(row.reason, "seen"), role: role, own: nil, at: 0)
        #expect(explained.result == row.label)
        #expect(!explained.cause.isEmpty && !explained.fix.isEmpty)
        #expect(explained.description.hasPrefix("\(row.label.rawValue): \(explained.cause); \(explained.fix)"))
    }

    @Test("what was seen is cut, and cannot write on a terminal")
    func detail() {
        let hostile = "\u{1B}[2J" + String(repeating: "é", count: 500)
        let explained = HandshakeExplanation(TLSError(.wrongTrustDomain, hostile), role: .server, own: nil, at: 0)
        #expect(explained.detail.utf8.count <= 204)
        #expect(explained.detail.hasPrefix("?[2J??"))
    }

    /// Our certificate, the alert, and what we make of both.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable (TestTrust) throws -> TLSIdentity
        var alert = TLSAlert.badCertificate
        let label: HandshakeResult
        var party = HandshakeExplanation.Party.us
    }

    static let refusals: [Refusal] = [
        Refusal(
            testDescription: "not yet valid", make: { try $0.identity(from: TestTrust.now + TestTrust.day) },
            label: .certificateNotYetValid),
        Refusal(
            testDescription: "not yet valid, by an alert that means both", make: { try $0.identity(from: TestTrust.now + TestTrust.day) },
            alert: .certificateExpired, label: .certificateNotYetValid),
        Refusal(
            testDescription: "two names", make: { try $0.identity(uris: ["spiffe://a/b", "spiffe://a/c"]) }, label: .certificateMalformed),
        Refusal(
            testDescription: "other domain", make: { try $0.identity(uris: ["spiffe://elsewhere/b"]) },
            label: .certificateHostnameMismatch),
        Refusal(testDescription: "nothing wrong", make: { try $0.identity() }, label: .certificateVerificationFailed),
        Refusal(
            testDescription: "nothing wrong, and called expired", make: { try $0.identity() }, alert: .certificateExpired,
            label: .certificateExpired, party: .peer),
        // An alert that names its reason is right, whatever else we find.
        Refusal(
            testDescription: "revoked, and two names", make: { try $0.identity(uris: ["spiffe://a/b", "spiffe://a/c"]) },
            alert: .certificateRevoked, label: .certificateRevoked),
    ]

    @Test("an alert that says little is read with our own certificate beside it", arguments: refusals)
    func refusal(row: Refusal) throws {
        let trust = try TestTrust()
        let own = OwnCertificate(try row.make(trust).leaf, role: .client, trustDomain: trust.domain)
        let explained = HandshakeExplanation(TLSError(.alert(row.alert), ""), role: .client, own: own, at: TestTrust.now)
        #expect(explained.result == row.label)
        #expect(explained.party == row.party)
        #expect(explained.isRefusalOfOurs)
    }

    @Test(
        "what is not TLS is called by its name",
        arguments: [
            ("GET / HTTP/1.1\r\n", "a plain HTTP request"), ("PRI * HTTP/2.0\r\n", "HTTP/2 without TLS"), ("SSH-2.0-a", "an SSH greeting"),
            ("HTTP/1.0 400", "a plain HTTP answer"), ("\u{B}MSH|^~", "an HL7 message over MLLP"),
            ("\0\0\u{12}\u{4}\0\0", "HTTP/2 without TLS"),
            ("\u{1}\0\0\0\u{70}\0", "a DICOM association"), ("hello", "of no protocol that we know"),
            ("PROXY TCP4", "a PROXY protocol header"),
        ])
    func strangers(text: String, name: String) throws {
        let trust = try TestTrust()
        let context = try TLSContext(trust.configuration(.server, try trust.identity()))
        for step in [1, Int.max] {
            let connection = try TLSConnection(context)
            let error = try #require(throws: TLSError.self) {
                var rest = Array(text.utf8)[...]
                while !rest.isEmpty {
                    try connection.receive(Array(rest.prefix(step)))
                    rest = rest.dropFirst(step)
                }
            }
            #expect(error.reason == .notTLS)
            #expect(error.detail.contains(name), "\(error.detail)")
        }
    }

    @Test("close_notify in the middle of a handshake is the peer's, not ours")
    func earlyGoodbye() throws {
        let trust = try TestTrust()
        let connection = try TLSConnection(TLSContext(trust.configuration(.client, try trust.identity())))
        try connection.start()
        let error = try #require(throws: TLSError.self) { try connection.receive([21, 3, 3, 0, 2, 1, 0]) }
        #expect(error.reason == .closedDuringHandshake)
        #expect(error.guilty == .peer)
    }

    @Test("of a refused certificate its name, serial, fingerprint and dates are kept, and no more than fits")
    func shown() throws {
        let trust = try TestTrust()
        let client = try trust.identity(uris: ["spiffe://elsewhere/" + String(repeating: "a", count: 300)])
        let pair = try TLSPair(trust.configuration(.client, client), trust.configuration(.server, try trust.identity()))
        pair.handshake()
        let shown = try #require(pair.server.shownCertificate)
        #expect(pair.server.peerCertificate == nil)
        #expect(shown.fingerprint == client.leaf.fingerprint)
        #expect(shown.serial == client.leaf.serial)
        #expect(shown.validity == client.leaf.validity)
        #expect(shown.uris.count == 1 && shown.uris[0].utf8.count <= 132 && shown.uris[0].hasPrefix("spiffe://elsewhere/aaa"))
    }
}
