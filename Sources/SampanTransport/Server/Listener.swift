internal import SampanCrypto
internal import SampanHTTP2
internal import SampanRPC

/// Accepts connections on one loop and keeps them there. Loop-confined.
final class Listener: PollHandler {
    let socket: StreamSocket
    private let loop: EventLoop
    private let server: ServerState
    private var token: Poller.Token?

    /// Connections taken in one turn, so that a flood of them cannot starve the calls of the others.
    private static let acceptsPerTurn = 64

    init(loop: EventLoop, socket: StreamSocket, server: ServerState) {
        self.loop = loop
        self.socket = socket
        self.server = server
    }

    func start() throws(SocketError) {
        token = try loop.register(socket.descriptor, [.readable, .exclusive], self)
    }

    func close() {
        guard let token else { return }
        self.token = nil
        loop.unregister(token, socket.descriptor)
        socket.close()
    }

    func ready(_ readiness: Readiness) {
        for _ in 0..<Self.acceptsPerTurn {
            // Out of descriptors, say: the backlog holds the others until some are free again.
            guard token != nil, let (accepted, address) = try? socket.accept() else { return }
            guard server.admit() else {
                accepted.close()
                continue
            }
            do {
                try open(accepted, address?.description ?? "unknown")
            } catch {
                server.releaseAdmission()
                accepted.close()
            }
        }
    }

    private func open(_ accepted: StreamSocket, _ address: String) throws {
        let session = try HTTP2Session(role: .server, settings: server.configuration.http2)
        let tls = try server.tls.map { try TLSConnection($0) }
        let connection = Connection(
            loop: loop, socket: accepted, address: address, isConnected: true, session: session, tls: tls)
        let owner = ServerConnection(server: server, connection: connection, address: address)
        server.add(owner, on: loop)
        owner.start()
    }
}
