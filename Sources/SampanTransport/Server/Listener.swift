internal import SampanCrypto
internal import SampanHTTP2
internal import SampanRPC

/// Accepts connections on one loop and keeps them there. Loop-confined.
final class Listener: PollHandler {
    let socket: StreamSocket
    private let loop: EventLoop
    private let server: ServerState
    /// In tests: what accept fails with this time, if anything.
    var acceptFailure: (() -> SocketError?)?
    private var token: Poller.Token?
    private var isClosed = false
    private lazy var pauseTimer = LoopTimer(loop) { [unowned self] in resume() }

    /// Connections taken in one turn, so that a flood of them cannot starve the calls of the others. 8: each costs some 30 µs.
    private static let acceptsPerTurn = 8

    init(loop: EventLoop, socket: StreamSocket, server: ServerState) {
        self.loop = loop
        self.socket = socket
        self.server = server
    }

    func start() throws(SocketError) {
        token = try loop.register(socket.descriptor, [.readable, .exclusive], self)
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        pauseTimer.cancel()
        if let token { loop.unregister(token, socket.descriptor) }
        token = nil
        socket.close()
    }

    func ready(_ readiness: Readiness) {
        do throws(SocketError) {
            try takeConnections()
        } catch {
            pause()
        }
    }

    /// Out of descriptors, say: the socket stays readable, so looking at it again at once would only spin. The backlog holds the others.
    /// Those of connections that are over are given up.
    private func pause() {
        guard let token else { return }
        server.lingering(on: loop)?.closeAll()
        self.token = nil
        loop.unregister(token, socket.descriptor)
        pauseTimer.set(after: server.configuration.acceptPause)
    }

    private func resume() {
        guard !isClosed, token == nil else { return }
        do throws(SocketError) {
            try start()
        } catch {
            pauseTimer.set(after: server.configuration.acceptPause)
        }
    }

    private func takeConnections() throws(SocketError) {
        for _ in 0..<Self.acceptsPerTurn {
            if let failure = acceptFailure?() { throw failure }
            guard token != nil, let (accepted, address) = try socket.accept() else { return }
            let host = address?.host ?? "unknown"
            guard let admission = server.admit(host) else {
                accepted.close()
                continue
            }
            do {
                try open(accepted, address?.description ?? "unknown", host, admission)
            } catch {
                accepted.close()
            }
        }
    }

    private func open(_ accepted: StreamSocket, _ address: String, _ host: String, _ admission: Admission) throws {
        accepted.setUserTimeout(server.configuration.userTimeout)
        let session = try HTTP2Session(role: .server, settings: server.configuration.http2, memory: loop.sessionMemory)
        let tls = try server.security.connection(.server)
        let connection = Connection(
            loop: loop, socket: accepted, address: address, isConnected: true, session: session, tls: tls)
        guard let workers = server.workers(on: loop) else { preconditionFailure("a listener on a loop of another server") }
        let owner = ServerConnection(
            server: server, connection: connection, address: address, host: host, admission: admission, workers: workers)
        server.add(owner, on: loop)
        owner.start()
    }
}
