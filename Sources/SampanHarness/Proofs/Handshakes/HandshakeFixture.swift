internal import SampanCrypto
internal import SampanSiege

/// One way in which a handshake fails, and what each end has to call it.
struct HandshakeFixture: Sendable {
    /// What both ends called it; nil where an end is no TLS of ours, or went by itself.
    struct Labels: Sendable, Equatable {
        var server: HandshakeResult?
        var client: HandshakeResult?
    }

    /// What is broken, on which side.
    let name: String
    let expected: Labels
    let play: @Sendable (HandshakeStage) async throws -> Labels

    init(
        _ name: String, server: HandshakeResult?, client: HandshakeResult?,
        _ play: @escaping @Sendable (HandshakeStage) async throws -> Labels
    ) {
        self.name = name
        expected = Labels(server: server, client: client)
        self.play = play
    }

    /// Both ends call it the same.
    init(_ name: String, _ both: HandshakeResult, _ play: @escaping @Sendable (HandshakeStage) async throws -> Labels) {
        self.init(name, server: both, client: both, play)
    }

    static let all = clientCertificates + serverCertificates + judgements + negotiations + strangers + cuts + broken + alerts
}
