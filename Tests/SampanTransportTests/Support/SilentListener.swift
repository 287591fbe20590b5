import SampanSiege
import Glibc
@testable import SampanTransport

/// A port whose connections are never even accepted: the kernel completes them, and nobody answers.
// Sendable: its descriptor never changes.
final class SilentListener: @unchecked Sendable {
    /// Time that a peer may leave between two words, in milliseconds. 60 s: tells one that hangs from one that waits for a busy machine.
    private static let patience: Int32 = 60_000

    private let socket: StreamSocket
    let port: UInt16

    init?() throws {
        guard let loopback = SocketAddress(host: "127.0.0.1", port: 0) else { return nil }
        socket = try StreamSocket.listening(on: loopback, backlog: 4)
        port = socket.localAddress?.port ?? 0
    }

    deinit { socket.close() }

    /// Accepts one connection, says something on it, and nothing any more until the peer closes. Blocking. `more` is said once, when the
    /// peer has said a HEADERS frame.
    func acceptAndSay(_ bytes: [UInt8], then more: [UInt8] = []) {
        var poll = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe Glibc.poll(&poll, 1, Self.patience) > 0, let (accepted, _) = try? socket.accept() else { return }
        defer { accepted.close() }
        _ = unsafe bytes.withUnsafeBytes { unsafe accepted.write($0) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        poll.fd = accepted.descriptor
        var heard: [UInt8] = []
        var hasSaidMore = more.isEmpty
        while unsafe Glibc.poll(&poll, 1, Self.patience) > 0 {
            let count = unsafe recv(accepted.descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            heard += buffer.prefix(count)
            guard !hasSaidMore, Self.hasHeaders(heard) else { continue }
            hasSaidMore = true
            _ = unsafe more.withUnsafeBytes { unsafe accepted.write($0) }
        }
    }

    /// Whether a HEADERS frame has begun, after the preface of a client.
    private static func hasHeaders(_ bytes: [UInt8]) -> Bool {
        var start = RawFrame.magic.count
        while bytes.count >= start + 9 {
            if bytes[start + 3] == RawFrame.headers { return true }
            start += 9 + (Int(bytes[start]) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2]))
        }
        return false
    }
}
