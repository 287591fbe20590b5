import Glibc
@testable import SampanTransport

/// A port whose connections are never even accepted: the kernel completes them, and nobody answers.
// Sendable: its descriptor never changes.
final class SilentListener: @unchecked Sendable {
    private let socket: StreamSocket
    let port: UInt16

    init?() throws {
        guard let loopback = SocketAddress(host: "127.0.0.1", port: 0) else { return nil }
        socket = try StreamSocket.listening(on: loopback, backlog: 4)
        port = socket.localAddress?.port ?? 0
    }

    deinit { socket.close() }

    /// Accepts one connection, says something on it, and nothing any more until the peer closes. Blocking.
    func acceptAndSay(_ bytes: [UInt8]) {
        var poll = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe Glibc.poll(&poll, 1, 20_000) > 0, let (accepted, _) = try? socket.accept() else { return }
        defer { accepted.close() }
        _ = unsafe bytes.withUnsafeBytes { unsafe accepted.write($0) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        poll.fd = accepted.descriptor
        while unsafe Glibc.poll(&poll, 1, 20_000) > 0 {
            guard unsafe recv(accepted.descriptor, &buffer, buffer.count, 0) > 0 else { return }
        }
    }
}
