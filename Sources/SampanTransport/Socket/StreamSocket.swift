internal import CLinux
internal import Glibc

/// A non-blocking TCP socket. Owned by one connection or listener, which closes it exactly once.
struct StreamSocket {
    let descriptor: Int32

    /// What a read or a write came to.
    enum Transfer {
        case bytes(Int)
        case wouldBlock
        case endOfFile
        case failed(SocketError)
    }

    static func listening(on address: SocketAddress, backlog: Int32) throws(SocketError) -> StreamSocket {
        let socket = try bound(to: address)
        guard Glibc.listen(socket.descriptor, backlog) == 0 else {
            let error = SocketError(call: "listen")
            socket.close()
            throw error
        }
        return socket
    }

    /// A socket that has an address and nothing more.
    static func bound(to address: SocketAddress) throws(SocketError) -> StreamSocket {
        let socket = try make(family: address.family)
        do throws(SocketError) {
            try socket.setOption(SOL_SOCKET, SO_REUSEADDR, 1)
            let bound = unsafe address.withSockaddr { unsafe Glibc.bind(socket.descriptor, $0, $1) }
            guard bound == 0 else { throw SocketError(call: "bind") }
        } catch {
            socket.close()
            throw error
        }
        return socket
    }

    /// Another descriptor of the same listening socket, for another loop. Not SO_REUSEPORT: with it a second process of the same
    /// user would take a share of the connections without anybody being told.
    func duplicated() throws(SocketError) -> StreamSocket {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw SocketError(call: "fcntl") }
        return StreamSocket(descriptor: copy)
    }

    /// Starts a connect; writable when it has come to an end, and then `pendingError` says which.
    static func connecting(to address: SocketAddress) throws(SocketError) -> StreamSocket {
        let socket = try make(family: address.family)
        let code = unsafe address.withSockaddr { unsafe Glibc.connect(socket.descriptor, $0, $1) }
        if code != 0, errno != EINPROGRESS {
            let error = SocketError(call: "connect")
            socket.close()
            throw error
        }
        socket.setNoDelay()
        return socket
    }

    /// The next connection of a listening socket; nil when there is none now.
    func accept() throws(SocketError) -> (StreamSocket, SocketAddress?)? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let accepted = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe accept4(descriptor, pointer, &length, flags)
            }
        }
        guard accepted >= 0 else {
            switch errno {
            case EAGAIN, EINTR, ECONNABORTED, EPROTO: return nil
            default: throw SocketError(call: "accept4")
            }
        }
        let socket = StreamSocket(descriptor: accepted)
        socket.setNoDelay()
        return (socket, SocketAddress(storage))
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        let count = unsafe Glibc.recv(descriptor, buffer.baseAddress, buffer.count, 0)
        if count > 0 { return .bytes(count) }
        if count == 0 { return .endOfFile }
        return errno == EAGAIN || errno == EINTR ? .wouldBlock : .failed(SocketError(call: "recv"))
    }

    /// MSG_NOSIGNAL: a peer that has gone is an error of this call, never a SIGPIPE of the process.
    func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        let count = unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(truncatingIfNeeded: MSG_NOSIGNAL))
        if count >= 0 { return .bytes(count) }
        return errno == EAGAIN || errno == EINTR ? .wouldBlock : .failed(SocketError(call: "send"))
    }

    /// Throws away up to `most` bytes of what has come; MSG_TRUNC has the kernel not even copy them (tcp(7)).
    func discard(atMost most: Int) -> Transfer {
        let count = Glibc.recv(descriptor, nil, most, Int32(truncatingIfNeeded: MSG_TRUNC))
        if count > 0 { return .bytes(count) }
        if count == 0 { return .endOfFile }
        return errno == EAGAIN || errno == EINTR ? .wouldBlock : .failed(SocketError(call: "recv"))
    }

    /// Has the peer hear that nothing more comes, after what was written. False when there is no connection any more.
    func endWriting() -> Bool { Glibc.shutdown(descriptor, Int32(SHUT_WR)) == 0 }

    /// The error that a connect ended with; nil when it is established.
    var pendingError: SocketError? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else { return SocketError(call: "getsockopt") }
        return code == 0 ? nil : SocketError(call: "connect", number: code)
    }

    /// Whether both ends are this very socket. The kernel connects it to itself when nobody listens on a port of this host, and it picks
    /// that port for the near end (RFC 9293 §3.5, simultaneous open); such a connect has reached nobody.
    var isItsOwnPeer: Bool {
        guard let local = localAddress else { return false }
        return local == peerAddress
    }

    private var peerAddress: SocketAddress? { unsafe address { unsafe getpeername($0, $1, $2) } }

    var localAddress: SocketAddress? { unsafe address { unsafe getsockname($0, $1, $2) } }

    private func address(
        _ get: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe get(descriptor, $0, &length) }
        }
        return code == 0 ? SocketAddress(storage) : nil
    }

    /// Has the close be a reset, after which nothing of the connection keeps its port (TIME_WAIT). Losing the option costs only that.
    func resetAtClose() {
        var now = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }

    func close() {
        Glibc.close(descriptor)
    }

    private static func make(family: Int32) throws(SocketError) -> StreamSocket {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Glibc.socket(family, type, 0)
        guard descriptor >= 0 else { throw SocketError(call: "socket") }
        return StreamSocket(descriptor: descriptor)
    }

    private func setOption(_ level: Int32, _ name: Int32, _ value: Int32) throws(SocketError) {
        var value = value
        guard unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw SocketError(call: "setsockopt")
        }
    }

    /// Has the kernel give the connection up when what was sent stays unacknowledged for so long (RFC 5482). Losing the option costs
    /// only time: keepalive pings find a dead peer too.
    func setUserTimeout(_ timeout: Duration) {
        let milliseconds = min(max(1, timeout.clampedNanoseconds / 1_000_000), Int64(Int32.max))
        try? setOption(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, Int32(truncatingIfNeeded: milliseconds))
    }

    /// Gathered writes are whole already; Nagle's delay would only add to every answer. Losing the option costs latency only.
    private func setNoDelay() {
        try? setOption(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    }
}
