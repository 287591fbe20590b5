package import SampanCrypto
package import SampanRPC
internal import Synchronization

/// A gRPC server: services on an address, over every loop of a group.
///
/// idle → serving → draining → closed. Safe from any task.
public final class GRPCServer: Sendable {
    private let group: EventLoopGroup
    private let state: ServerState
    private let listeners = Mutex<[(loop: EventLoop, listener: ListenerBox)]>([])

    /// Sendable: the listener inside is touched on its loop only.
    private struct ListenerBox: @unchecked Sendable {
        let listener: Listener
    }

    /// Throws when two services claim the same method.
    package init(
        group: EventLoopGroup, services: [any RPCService], interceptors: [any CallInterceptor] = [],
        configuration: ServerConfiguration = ServerConfiguration(), tls: TLSContext?
    ) throws(RouteError) {
        self.group = group
        state = ServerState(
            routes: try RouteTable(services), interceptors: interceptors, configuration: configuration, tls: tls, loops: group.loops)
    }

    /// Listens; returns the bound address, which names the port where 0 was asked for.
    public func listen(on address: SocketAddress) async throws(SocketError) -> SocketAddress {
        var bound = address
        let isShared = group.loops.count > 1
        // Taken by another process, which may share it: refused here, or calls would be spread over both.
        if isShared { try StreamSocket.listening(on: address, backlog: 1, isShared: false).close() }
        for loop in group.loops {
            let socket = try StreamSocket.listening(on: bound, backlog: 4_096, isShared: isShared)
            if let local = socket.localAddress { bound = local }
            let box = ListenerBox(listener: Listener(loop: loop, socket: socket, server: state))
            listeners.withLock { $0.append((loop, box)) }
            try await loop.run { () throws(SocketError) in try box.listener.start() }
        }
        return bound
    }

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
