internal import Glibc

/// A port of loopback that the kernel has chosen, kept for a program that is to listen on it later, perhaps again after a crash.
///
/// A bound socket that never listens holds it. The kernel then gives it to nobody as the near end of a connection, while a listener that
/// sets SO_REUSEADDR, as ours do, may take it (socket(7)). For harnesses and tests: a node is told its port.
package final class ReservedPort: Sendable {
    package let port: UInt16
    private let socket: StreamSocket

    package init() throws(SocketError) {
        guard let any = SocketAddress(host: "127.0.0.1", port: 0) else { throw SocketError(call: "inet_pton") }
        let socket = try StreamSocket.bound(to: any)
        guard let address = socket.localAddress else {
            socket.close()
            throw SocketError(call: "getsockname")
        }
        (self.socket, port) = (socket, address.port)
    }

    deinit { socket.close() }
}
