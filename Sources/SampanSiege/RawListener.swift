internal import Glibc
package import SampanTransport

/// A listening socket on loopback for servers that misbehave: accepts blockingly, for `RawSocket.onThread`.
// Sendable: its descriptor never changes.
package final class RawListener: @unchecked Sendable {
    private let descriptor: Int32
    package let address: SocketAddress

    /// Nil where no socket is to be had.
    package init?() {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var bound = sockaddr_in()
        bound.sin_family = sa_family_t(AF_INET)
        bound.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listens = unsafe withUnsafeMutablePointer(to: &bound) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                unsafe bind(descriptor, name, size) == 0 && listen(descriptor, 4) == 0 && getsockname(descriptor, name, &size) == 0
            }
        }
        guard listens, let address = SocketAddress(host: "127.0.0.1", port: UInt16(bigEndian: bound.sin_port)) else {
            Glibc.close(descriptor)
            return nil
        }
        (self.descriptor, self.address) = (descriptor, address)
    }

    deinit { Glibc.close(descriptor) }

    /// The next connection; nil when none came for 20 s.
    package func accept() -> RawSocket? {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe Glibc.poll(&poll, 1, 20_000) > 0 else { return nil }
        let accepted = Glibc.accept(descriptor, nil, nil)
        guard accepted >= 0 else { return nil }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        return RawSocket(adopting: accepted)
    }
}
