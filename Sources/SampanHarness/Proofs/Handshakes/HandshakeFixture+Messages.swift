internal import SampanCrypto
internal import SampanSiege

/// Bytes that are broken, of a client or a server that is a script.
extension HandshakeFixture {
    /// A client that says these bytes and listens.
    private static func said(
        _ name: String, server: HandshakeResult, client: HandshakeResult, isImpatient: Bool = false, _ bytes: [UInt8]
    ) -> HandshakeFixture {
        HandshakeFixture("client: \(name)", server: server, client: client) { stage in
            try await stage.attack(isImpatient: isImpatient) { socket, _ in
                socket.write(bytes)
                return socket.answer()
            }
        }
    }

    /// A server that reads the first flight, says these bytes and listens.
    private static func answered(_ name: String, server: HandshakeResult?, client: HandshakeResult, _ bytes: [UInt8]) -> HandshakeFixture {
        HandshakeFixture("server: \(name)", server: server, client: client) { stage in
            try await stage.trap { socket, _ in
                _ = socket.read()
                socket.write(bytes)
                let answer = socket.answer()
                return server == nil ? nil : answer
            }
        }
    }

    private static func hello(_ change: (inout ClientHello) -> Void = { _ in }) -> [UInt8] {
        var hello = ClientHello()
        change(&hello)
        return hello.bytes
    }

    /// A ServerHello of TLS 1.2 (RFC 5246 §7.4.1.3).
    private static let oldServerHello: [UInt8] = {
        let body: [UInt8] = [3, 3] + [UInt8](repeating: 7, count: 32) + [0, 0xC0, 0x2B, 0]
        return [22, 3, 3, 0, UInt8(body.count + 4), 2, 0, 0, UInt8(body.count)] + body
    }()

    static let negotiations: [HandshakeFixture] = [
        said("TLS 1.2 only", server: .protocolVersionUnsupported, client: .protocolVersionUnsupported, hello { $0.versions = nil }),
        said(
            "TLS 1.2 by supported_versions", server: .protocolVersionUnsupported, client: .protocolVersionUnsupported,
            hello { $0.versions = [0x0303, 0x0302] }),
        answered("TLS 1.2 only", server: .protocolVersionUnsupported, client: .protocolVersionUnsupported, oldServerHello),
        said(
            "no group in common", server: .keyExchangeFailure, client: .cipherSuiteMismatch,
            hello {
                $0.groups = [30]
                $0.share = [UInt8](repeating: 9, count: 56)
            }),
        said(
            "key share of 31 bytes", server: .keyExchangeFailure, client: .unexpectedMessage,
            hello { $0.share = [UInt8](repeating: 9, count: 31) }),
        said("no cipher in common", server: .cipherSuiteMismatch, client: .cipherSuiteMismatch, hello { $0.ciphers = [0x1304, 0x1305] }),
        said(
            "no signature algorithm in common", server: .cipherSuiteMismatch, client: .cipherSuiteMismatch,
            hello { $0.signatures = [0x0807] }),
        said("no groups at all", server: .keyExchangeFailure, client: .unexpectedMessage, hello { $0.groups = nil }),
        said(
            "ALPN of another protocol, by hand", server: .noApplicationProtocol, client: .noApplicationProtocol,
            hello { $0.protocols = ["grpc-exp", "http/1.1"] }),
    ]

    /// What does not speak TLS. There is nothing to answer it with: it sees the connection close.
    static let strangers: [HandshakeFixture] =
        [
            ("plain HTTP", Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)), ("HTTP/2 without TLS", RawFrame.opening),
            ("an SSH banner", Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)), ("an HL7 message", Array("\u{B}MSH|^~\\&|HIS|A|\r".utf8)),
            ("a DICOM association", [1, 0, 0, 0, 0, 200] + [UInt8](repeating: 0, count: 200)),
            ("a PROXY protocol header", Array("PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n".utf8)), ("zeros", [UInt8](repeating: 0, count: 64)),
            ("garbage", (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 129) }),
        ].map { said($0.0, server: .unexpectedMessage, client: .peerConnectionClosed, $0.1) } + [
            // Our own client, without TLS, to a server with it.
            HandshakeFixture("client: ours without TLS", server: .unexpectedMessage, client: nil) { stage in
                try await stage.meet(server: stage.trust.configuration(.server, try stage.trust.identity()), client: nil)
            },
            HandshakeFixture("server: ours without TLS", server: nil, client: .unexpectedMessage) { stage in
                try await stage.meet(server: nil, client: stage.trust.configuration(.client, try stage.trust.identity()))
            },
            answered("plain HTTP", server: nil, client: .unexpectedMessage, Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)),
            answered("an SSH banner", server: nil, client: .unexpectedMessage, Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)),
            answered("garbage", server: nil, client: .unexpectedMessage, [UInt8](repeating: 0xFF, count: 64)),
        ]

    /// Against the rules of TLS, in the clear; under keys it is in `broken`.
    static let alerts: [HandshakeFixture] =
        [
            ("certificate_revoked", 44, .certificateRevoked), ("unknown_ca", 48, .certificateAuthorityInvalid),
            ("access_denied", 49, .certificateVerificationFailed), ("inappropriate_fallback", 86, .inappropriateFallback),
            ("handshake_failure", 40, .cipherSuiteMismatch), ("bad_record_mac", 20, .decryptionFailed),
            ("decrypt_error", 51, .signatureVerificationFailed), ("unrecognized_name", 112, .certificateHostnameMismatch),
            ("internal_error", 80, .unknownFailure), ("no_application_protocol", 120, .noApplicationProtocol),
        ].map { name, code, label in answered("alert \(name)", server: nil, client: label, [21, 3, 3, 0, 2, 2, code]) } + [
            said("close_notify in place of a hello", server: .unexpectedMessage, client: .unexpectedMessage, [21, 3, 3, 0, 2, 1, 0]),
            said(
                "close_notify after the hello", server: .peerConnectionClosed, client: .peerConnectionClosed,
                hello() + [21, 3, 3, 0, 2, 1, 0]),
            answered("close_notify", server: nil, client: .peerConnectionClosed, [21, 3, 3, 0, 2, 1, 0]),
            said("a ServerHello", server: .unexpectedMessage, client: .unexpectedMessage, oldServerHello),
            said(
                "a hello of garbage", server: .unexpectedMessage, client: .unexpectedMessage,
                Array(hello().prefix(ClientHello.headers)) + [UInt8](repeating: 0xEE, count: hello().count - ClientHello.headers)),
            said(
                "a record of 60 KB", server: .unexpectedMessage, client: .unexpectedMessage,
                [22, 3, 1, 0xEA, 0x60] + [UInt8](repeating: 1, count: 300)),
            said(
                "half a hello, and silence", server: .handshakeTimeout, client: .peerConnectionClosed, isImpatient: true,
                Array(hello().prefix(60))),
            said("a hello, and silence", server: .handshakeTimeout, client: .peerConnectionClosed, isImpatient: true, hello()),
            said("silence", server: .handshakeTimeout, client: .peerConnectionClosed, isImpatient: true, []),
        ]
}
