import SampanRPC
import SampanSiege
import SampanTransport
import Synchronization
import Testing

/// An attack on an echo server while a good caller calls over a connection of its own: each of its calls must succeed.
struct Siege {
    /// What the attack came to, and the most that the server held of unsent answers meanwhile.
    struct Result<T: Sendable>: Sendable {
        let outcome: T
        let heldBytes: Int
    }

    private final class End: Sendable {
        private let over = Atomic<Bool>(false)
        var isOver: Bool { over.load(ordering: .acquiring) }
        func come() { over.store(true, ordering: .releasing) }
    }

    static func lay<T: Sendable>(
        _ configuration: ServerConfiguration = ServerConfiguration(), trust: LoopbackTrust? = nil, methods: [MethodHandler] = [],
        _ attack: @escaping @Sendable (SocketAddress) -> T
    ) async throws -> Result<T> {
        try await EchoFixture.with(
            configuration: configuration, serverTLS: try trust?.server(), clientTLS: try trust?.client(), methods: methods
        ) { fixture in
            try await fixture.echo()
            let address = fixture.address
            let end = End()
            async let outcome = RawSocket.onThread {
                defer { end.come() }
                return attack(address)
            }
            var heldBytes = 0
            repeat {
                try await fixture.echo([UInt8](repeating: 3, count: 100))
                heldBytes = max(heldBytes, await fixture.server.waitingResponseBytes)
            } while !end.isOver
            let result = try await outcome
            // And a newcomer is let in.
            let newcomer = ClientChannel(
                group: fixture.group, host: address.host, port: address.port, tls: try trust?.client())
            _ = try await newcomer.unary(EchoService.unary, FramedMessage(payload: [1]), CallOptions(timeout: .seconds(20)))
            await newcomer.shutdown()
            return Result(outcome: result, heldBytes: heldBytes)
        }
    }
}
