internal import SampanCrypto
internal import SampanSiege

/// Handshakes that somebody leaves, and bytes that are changed under way: peers that speak TLS by our own library, up to a point.
extension HandshakeFixture {
    private static func leaving(
        _ name: String, _ script: @escaping @Sendable (RawSocket, HandshakeTrust) -> Void
    ) -> [HandshakeFixture] {
        [false, true].map { resets in
            HandshakeFixture("client: \(resets ? "resets" : "closes") \(name)", server: .peerConnectionClosed, client: nil) { stage in
                try await stage.attack { socket, trust in
                    script(socket, trust)
                    if resets { socket.resetAtEnd() }
                    return nil
                }
            }
        }
    }

    private static func left(
        _ name: String, _ script: @escaping @Sendable (RawSocket, HandshakeTrust) -> Void
    ) -> [HandshakeFixture] {
        [false, true].map { resets in
            HandshakeFixture("server: \(resets ? "resets" : "closes") \(name)", server: nil, client: .peerConnectionClosed) { stage in
                try await stage.trap { socket, trust in
                    script(socket, trust)
                    if resets { socket.resetAtEnd() }
                    return nil
                }
            }
        }
    }

    /// A client, or a server, of our library whose flights are changed.
    private static func bent(
        _ socket: RawSocket, _ role: TLSRole, _ trust: HandshakeTrust, _ bend: @escaping (Int, inout [UInt8]) -> Void = { _, _ in }
    )
        -> BentPeer?
    {
        guard let identity = try? trust.identity() else { return nil }
        return BentPeer(socket, trust.configuration(role, identity), bend: bend)
    }

    static let cuts: [HandshakeFixture] =
        leaving("before its hello") { _, _ in }
        + leaving("in its hello") { socket, _ in socket.write(Array(ClientHello().bytes.prefix(60))) }
        + leaving("after its hello") { socket, _ in socket.write(ClientHello().bytes) }
        + leaving("when the server has answered") { socket, _ in
            socket.write(ClientHello().bytes)
            _ = socket.read()
        }
        + left("at once") { _, _ in } + left("after the hello") { socket, _ in _ = socket.read() }
        + left("in its answer") { socket, trust in
            let peer = bent(socket, .server, trust) { flight, bytes in
                if flight == 0 { bytes = Array(bytes.prefix(200)) }
            }
            _ = peer?.shakeHands { $0.sent > 0 }
        }
        + left("when it has answered") { socket, trust in _ = bent(socket, .server, trust)?.shakeHands { $0.sent > 0 } }
        // The client's handshake is over by then: only what it hears first tells it whether it was taken.
        + left("when the client is done") { socket, trust in _ = bent(socket, .server, trust)?.shakeHands() }
        + [
            HandshakeFixture("server: silence", server: nil, client: .handshakeTimeout) { stage in
                try await stage.trap(isImpatient: true) { socket, _ in
                    _ = socket.readToEnd()
                    return nil
                }
            },
            HandshakeFixture("server: silence when the client is done", server: nil, client: .handshakeTimeout) { stage in
                try await stage.trap(isImpatient: true) { socket, trust in
                    _ = bent(socket, .server, trust)?.shakeHands()
                    _ = socket.readToEnd()
                    return nil
                }
            },
            lateRefusal,
        ]

    /// An alert, and a reset right behind it: the client has to read the one before it hears of the other.
    private static let lateRefusal = HandshakeFixture(
        "server: refuses the client and resets", server: .certificateAuthorityInvalid, client: .certificateAuthorityInvalid
    ) { stage in
        let other = try stage.trust.otherRoot().certificate
        return try await stage.trap { socket, trust in
            guard let identity = try? trust.identity() else { return nil }
            var configuration = trust.configuration(.server, identity)
            configuration.trustRoots = [other]
            let label = BentPeer(socket, configuration)?.shakeHands()
            socket.resetAtEnd()
            return label
        }
    }

    private static func flipped(_ name: String, _ role: TLSRole, flight: Int) -> HandshakeFixture {
        HandshakeFixture(name, .decryptionFailed) { stage in
            let script: @Sendable (RawSocket, HandshakeTrust) -> HandshakeResult? = { socket, trust in
                let peer = bent(socket, role, trust) { number, bytes in
                    if number == flight, let last = bytes.indices.last { bytes[last] ^= 1 }
                }
                return peer?.shakeHands() ?? peer?.hear()
            }
            return role == .client ? try await stage.attack(script) : try await stage.trap(script)
        }
    }

    /// A client that has shaken hands, and then says this in the clear.
    private static func after(
        _ name: String, _ server: HandshakeResult, client: HandshakeResult? = nil, _ raw: [UInt8]
    ) -> HandshakeFixture {
        HandshakeFixture("client, after the handshake: \(name)", server: server, client: client ?? server) { stage in
            try await stage.attack { socket, trust in
                let peer = bent(socket, .client, trust)
                if let early = peer?.shakeHands() { return early }
                peer?.say(RawFrame.opening, then: raw)
                return peer?.hear()
            }
        }
    }

    static let broken: [HandshakeFixture] = [
        flipped("client: a bit flipped in its certificate's flight", .client, flight: 1),
        flipped("server: a bit flipped in its answer", .server, flight: 0),
        after("a second hello", .unexpectedMessage, ClientHello().bytes),
        after("a record that does not decrypt", .decryptionFailed, [23, 3, 3, 0, 40] + [UInt8](repeating: 5, count: 40)),
        after("a record of 60 KB", .unexpectedMessage, [23, 3, 3, 0xEA, 0x60] + [UInt8](repeating: 5, count: 300)),
        // The alert is protocol_version, of a record this time.
        after("plain HTTP", .unexpectedMessage, client: .protocolVersionUnsupported, Array("GET / HTTP/1.1\r\n\r\n".utf8)),
        after("a ChangeCipherSpec", .unexpectedMessage, [20, 3, 3, 0, 1, 1]),
        // Lawful, however many: what it makes the server answer is bounded (`Connection.backlogLimit`).
        HandshakeFixture("client, after the handshake: 2,000 changes of keys", .success) { stage in
            try await stage.attack { socket, trust in
                let peer = bent(socket, .client, trust)
                if let early = peer?.shakeHands() { return early }
                peer?.changeKeys(times: 2_000)
                peer?.say(RawFrame.opening)
                return peer?.hear(words: true)
            }
        },
    ]
}
