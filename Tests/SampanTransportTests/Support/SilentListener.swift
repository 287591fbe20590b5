@testable import SampanTransport

/// A port whose connections are never even accepted: the kernel completes them, and nobody answers.
final class SilentListener {
    private let socket: StreamSocket
    let port: UInt16

    init?() throws {
        guard let loopback = SocketAddress(host: "127.0.0.1", port: 0) else { return nil }
        socket = try StreamSocket.listening(on: loopback, backlog: 4)
        port = socket.localAddress?.port ?? 0
    }

    deinit { socket.close() }
}
