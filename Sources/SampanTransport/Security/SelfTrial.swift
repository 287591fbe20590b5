internal import SampanCrypto

/// A handshake of a node with itself, in memory: whether what it shows is accepted by what it believes, in both roles.
struct SelfTrial {
    private let client: TLSConnection
    private let server: TLSConnection
    private var clientFailure: TLSError?
    private var serverFailure: TLSError?

    /// Tries the contexts of one set of credentials on each other. Takes some 2 ms of arithmetic: not on a loop.
    static func run(_ contexts: SecurityContexts) throws(SwapError) {
        var trial: SelfTrial
        do throws(TLSError) {
            trial = try SelfTrial(contexts)
        } catch {
            throw SwapError(.exchange, error.description)
        }
        trial.shakeHands()
        try trial.judge()
    }

    private init(_ contexts: SecurityContexts) throws(TLSError) {
        client = try TLSConnection(contexts.client)
        server = try TLSConnection(contexts.server)
    }

    private mutating func shakeHands() {
        do throws(TLSError) { try client.start() } catch { clientFailure = error }
        settle()
        // A server's refusal comes after the client's own handshake is over (TLS 1.3), and each end has to take what the other says.
        clientFailure = clientFailure ?? Self.say(client)
        serverFailure = serverFailure ?? Self.say(server)
        settle()
        serverFailure = serverFailure ?? Self.hear(server)
        clientFailure = clientFailure ?? Self.hear(client)
    }

    /// Names whose judgement it was: the error of an end that was told by an alert is only the echo.
    private func judge() throws(SwapError) {
        if let serverFailure, !serverFailure.isEcho { throw SwapError(.shownAsClient, serverFailure.description) }
        if let clientFailure, !clientFailure.isEcho { throw SwapError(.shownAsServer, clientFailure.description) }
        if let failure = serverFailure ?? clientFailure { throw SwapError(.exchange, failure.description) }
    }

    /// Carries bytes both ways until nothing moves.
    private mutating func settle() {
        while true {
            let toServer = Self.carry(from: client, to: server, &serverFailure)
            let toClient = Self.carry(from: server, to: client, &clientFailure)
            guard toServer || toClient else { return }
        }
    }

    /// False when there was nothing to carry.
    private static func carry(from sender: TLSConnection, to receiver: TLSConnection, _ failure: inout TLSError?) -> Bool {
        var moved: [UInt8] = []
        sender.drainCiphertext { bytes in
            moved = bytes.indices.map { bytes[$0] }
            return moved.count
        }
        guard !moved.isEmpty else { return false }
        do throws(TLSError) { try receiver.receive(moved.span) } catch { failure = failure ?? error }
        return true
    }

    private static func say(_ end: TLSConnection) -> TLSError? {
        let word: [UInt8] = [1]
        do throws(TLSError) {
            try end.write(word.span)
            return nil
        } catch {
            return error
        }
    }

    private static func hear(_ end: TLSConnection) -> TLSError? {
        var buffer: [UInt8] = [0, 0]
        var target = buffer.mutableSpan
        do throws(TLSError) {
            if case .bytes(1) = try end.read(into: &target) { return nil }
            return TLSError(.protocolViolation, "what the other end said did not come")
        } catch {
            return error
        }
    }
}

extension TLSError {
    /// Whether it only repeats what the other end has said.
    fileprivate var isEcho: Bool {
        if case .alert = reason { true } else { false }
    }
}
