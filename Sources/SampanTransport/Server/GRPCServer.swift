package import SampanCrypto
public import SampanRPC
internal import Synchronization

/// A gRPC server: services on an address, over every loop of a group.
///
/// idle → serving → draining → closed. Safe from any task.
public final class GRPCServer: Sendable {
    let group: EventLoopGroup
    let state: ServerState
    private let listeners = Mutex<[(loop: EventLoop, listener: ListenerBox)]>([])

    /// Sendable: the listener inside is touched on its loop only.
    private struct ListenerBox: @unchecked Sendable {
        let listener: Listener
    }

    /// A server over mutual TLS: only nodes of the same trust domain get past the handshake.
    ///
    /// Throws `RouteError` when two services claim the same method, `CredentialsError` for credentials that OpenSSL refuses.
    public convenience init(
        group: EventLoopGroup, services: [any RPCService], interceptors: [any CallInterceptor] = [],
        configuration: ServerConfiguration = ServerConfiguration(), credentials: NodeCredentials
    ) throws {
        try self.init(
            group: group, services: services, interceptors: interceptors, configuration: configuration,
            tls: try credentials.serverContext())
    }

    /// The same with credentials that may be replaced while it serves. Throws when two services claim the same method.
    public convenience init(
        group: EventLoopGroup, services: [any RPCService], interceptors: [any CallInterceptor] = [],
        configuration: ServerConfiguration = ServerConfiguration(), credentials: LiveCredentials
    ) throws(RouteError) {
        try self.init(group, services, interceptors, configuration, .live(credentials))
    }

    /// The same of a node in a mesh: `router` says what becomes of calls that are not simply its own.
    package convenience init(
        group: EventLoopGroup, services: [any RPCService], interceptors: [any CallInterceptor] = [],
        configuration: ServerConfiguration = ServerConfiguration(), credentials: LiveCredentials, router: any CallRouter
    ) throws(RouteError) {
        try self.init(group, services, interceptors, configuration, .live(credentials), router)
    }

    /// A server that asks its clients for no certificate and shows what `enrollment` shows at the time: for the one service by which nodes
    /// get their first certificate, on a listener of its own. Handlers find no identity. Throws `RouteError` when two services claim the
    /// same method, `CredentialsError` for what OpenSSL refuses.
    package convenience init(
        group: EventLoopGroup, services: [any RPCService], interceptors: [any CallInterceptor] = [],
        configuration: ServerConfiguration = ServerConfiguration(), enrollment: LiveCredentials
    ) throws {
        try self.init(group, services, interceptors, configuration, .enrollment(try EnrollmentSecurity(enrollment)))
    }

    /// Without TLS where `tls` is nil: for tests and benchmarks. Throws when two services claim the same method.
    package convenience init(
        group: EventLoopGroup, services: [any RPCService], interceptors: [any CallInterceptor] = [],
        configuration: ServerConfiguration = ServerConfiguration(), tls: TLSContext?, router: (any CallRouter)? = nil
    ) throws(RouteError) {
        try self.init(group, services, interceptors, configuration, ConnectionSecurity(tls), router)
    }

    private init(
        _ group: EventLoopGroup, _ services: [any RPCService], _ interceptors: [any CallInterceptor],
        _ configuration: ServerConfiguration, _ security: ConnectionSecurity, _ router: (any CallRouter)? = nil
    ) throws(RouteError) {
        self.group = group
        state = try ServerState(
            routes: try RouteTable(services), interceptors: interceptors, router: router, configuration: configuration,
            security: security, loops: group.loops)
    }

    /// Listens; returns the bound address, which names the port where 0 was asked for.
    public func listen(on address: SocketAddress) async throws(SocketError) -> SocketAddress {
        let first = try StreamSocket.listening(on: address, backlog: 4_096)
        state.security.credentials?.join(self)
        for (index, loop) in group.loops.enumerated() {
            let socket = index == 0 ? first : try first.duplicated()
            let box = ListenerBox(listener: Listener(loop: loop, socket: socket, server: state))
            listeners.withLock { $0.append((loop, box)) }
            try await loop.run { () throws(SocketError) in try box.listener.start() }
        }
        return first.localAddress ?? address
    }

    /// Bytes of answers that wait for slow clients now, over all connections.
    package var waitingResponseBytes: Int {
        get async {
            let state = state
            var total = 0
            for loop in group.loops { total += await loop.run { state.waitingResponseBytes(loop) } }
            return total
        }
    }

    /// What became of the TLS handshakes of its peers.
    package var handshakeFailures: HandshakeFailures { state.handshakes }

    /// Ends the server: no new connection, no new call; calls under way may end within `grace`, then they are cut.
    public func shutdown(grace: Duration) async {
        let listeners = listeners.withLock { list in
            defer { list = [] }
            return list
        }
        await withTaskGroup(of: Void.self) { tasks in
            for (loop, box) in listeners {
                tasks.addTask { await self.shutdown(loop, box, grace) }
            }
        }
        state.security.credentials?.leave(self)
    }

    private func shutdown(_ loop: EventLoop, _ box: ListenerBox, _ grace: Duration) async {
        let empty = OneShot()
        let state = state
        loop.perform {
            box.listener.close()
            _ = loop.schedule(after: grace, GraceTimer { state.closeAll(loop) })
            state.drain(loop) { empty.fire() }
        }
        await empty.wait()
    }
}

/// Cuts what is left when the grace period is over.
private final class GraceTimer: TimerTarget {
    private let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }

    func timerFired() { body() }
}
