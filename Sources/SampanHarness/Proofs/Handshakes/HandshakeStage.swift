internal import Foundation
internal import SampanCrypto
internal import SampanRPC
internal import SampanSiege
internal import SampanTransport

/// Where fixtures are played: a server and a client of ours over loopback, or one of them and a peer that does not keep the rules.
struct HandshakeStage: Sendable {
    let group: EventLoopGroup
    let trust: HandshakeTrust
    /// What the server has to find: until then its record is waited for.
    var expected: HandshakeResult?
    private typealias Labels = HandshakeFixture.Labels

    /// Long enough for any handshake on a busy machine.
    private static let patience: Duration = .seconds(5)
    /// For peers that stay silent.
    static let impatience: Duration = .milliseconds(200)

    init(group: EventLoopGroup, trust: HandshakeTrust) {
        (self.group, self.trust) = (group, trust)
    }

    /// Our server and our client; nil is without TLS.
    func meet(server: TLSConfiguration?, client: TLSConfiguration?) async throws -> HandshakeFixture.Labels {
        try await serving(server, timeout: Self.patience) { address in try await call(address, client, timeout: Self.patience) }
    }

    /// Our server with a good certificate, and a client that is a script. Blocking, on a thread of its own; returns what a client of ours
    /// would have called the end.
    func attack(
        isImpatient: Bool = false, _ script: @escaping @Sendable (RawSocket, HandshakeTrust) -> HandshakeResult?
    ) async throws -> HandshakeFixture.Labels {
        let trust = trust
        let server = trust.configuration(.server, try trust.identity())
        return try await serving(server, timeout: isImpatient ? Self.impatience : Self.patience) { address in
            try await RawSocket.onThread { RawSocket(to: address).flatMap { script($0, trust) } }
        }
    }

    /// Our client with a good certificate, and a server that is a script for one connection.
    func trap(
        isImpatient: Bool = false, _ script: @escaping @Sendable (RawSocket, HandshakeTrust) -> HandshakeResult?
    ) async throws -> HandshakeFixture.Labels {
        guard let listener = RawListener() else { throw HarnessError("no socket to listen on") }
        let trust = trust
        async let served = RawSocket.onThread { listener.accept().flatMap { script($0, trust) } }
        let client = trust.configuration(.client, try trust.identity())
        let label = try await call(listener.address, client, timeout: isImpatient ? Self.impatience : Self.patience)
        return Labels(server: try await served, client: label)
    }

    private func serving(
        _ tls: TLSConfiguration?, timeout: Duration, _ visit: (SocketAddress) async throws -> HandshakeResult?
    ) async throws -> HandshakeFixture.Labels {
        var configuration = ServerConfiguration()
        configuration.setUpTimeout = timeout
        let server = try GRPCServer(group: group, services: [], configuration: configuration, tls: try tls.map { try TLSContext($0) })
        guard let any = SocketAddress(host: "127.0.0.1", port: 0) else { throw HarnessError("no loopback") }
        let address = try await server.listen(on: any)
        do {
            let client = try await visit(address)
            let label = await result(of: server)
            return Labels(server: label, client: client)
        } catch {
            await server.shutdown(grace: .zero)
            throw error
        }
    }

    /// What the server calls it, when it has; ends the server.
    private func result(of server: GRPCServer) async -> HandshakeResult? {
        let failures = server.handshakeFailures
        if let expected {
            _ = try? await Waiting.value("a result", limit: Self.patience) { () -> Bool? in
                let isThere = expected == .success ? failures.counts[.success] != nil : failures.counts.keys.contains { $0 != .success }
                return isThere ? true : nil
            }
        }
        // What comes after a success would come now.
        await server.shutdown(grace: expected == .success ? .milliseconds(300) : .zero)
        return failures.entries(of: "127.0.0.1").last?.failure.explanation.result ?? (failures.counts[.success] == nil ? nil : .success)
    }

    /// What a call of our client says: the label in its message; `success` when it was answered.
    private func call(_ address: SocketAddress, _ tls: TLSConfiguration?, timeout: Duration) async throws -> HandshakeResult? {
        var habits = ChannelConfiguration()
        habits.setUpTimeout = timeout
        let channel = ClientChannel(
            group: group, host: address.host, port: address.port, tls: try tls.map { try TLSContext($0) }, configuration: habits)
        let method = MethodDescriptor(service: "sampan.proof.Nothing", name: "Ask", kind: .unary)
        var label: HandshakeResult? = .success
        do throws(RPCError) {
            _ = try await channel.unary(method, try FramedMessage(payload: []), CallOptions(timeout: Self.patience * 2))
        } catch {
            // Nobody serves the method: who is told so got through.
            if error.code != .unimplemented {
                label = HandshakeResult.allCases.first { error.message.contains("TLS failed: \($0.rawValue): ") }
            }
        }
        await channel.shutdown(grace: .zero)
        return tls == nil ? nil : label
    }
}
