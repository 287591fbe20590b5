internal import Glibc
package import SampanTransport

/// A blocking TCP socket for peers that misbehave. Use it inside `onThread` only: it would block a task's thread.
@safe package final class RawSocket {
    private let descriptor: Int32

    /// Connects; nil when that fails. `room`: of its receive buffer, in bytes; the kernel takes twice of it.
    package init?(to address: SocketAddress, room: Int = 1 << 20) {
        descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        limitReading()
        // Room for thousands of small segments, unless told: what does not fit is dropped by the kernel and sent again, and a server that
        // cuts us off with a reset does not send its GOAWAY again.
        var room = Int32(truncatingIfNeeded: room)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
        let code = unsafe address.withSockaddr { unsafe Glibc.connect(descriptor, $0, $1) }
        guard code == 0 else { return nil }
    }

    /// Takes over a connection that was accepted.
    init(adopting descriptor: Int32) {
        self.descriptor = descriptor
        limitReading()
    }

    deinit { Glibc.close(descriptor) }

    private func limitReading() {
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Has the close at the end of this object be a reset: whatever was not read is thrown away on both sides.
    package func resetAtEnd() {
        var now = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }

    /// Ends both directions, also for a thread that reads.
    func shutdown() { _ = Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// False when the peer has closed.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        unsafe send(descriptor, bytes, bytes.count, Int32(truncatingIfNeeded: MSG_NOSIGNAL)) == bytes.count
    }

    /// What comes next; empty when the peer has closed or reset, nil when it stayed silent for 20 s.
    package func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == EAGAIN { return nil }
        return Array(buffer.prefix(max(0, count)))
    }

    /// Waits for the peer's close and returns what came before it; nil when it stayed open for 20 s.
    package func readToEnd() -> [UInt8]? {
        var all: [UInt8] = []
        while let piece = read() {
            if piece.isEmpty { return all }
            all += piece
        }
        return nil
    }

    /// POLLRDHUP, which glibc declares for _GNU_SOURCE alone.
    private static let halfClosed: Int16 = 0x2000

    /// Whether the peer has closed its half, or all of it.
    package var isPeerDone: Bool {
        var poll = pollfd(fd: descriptor, events: Self.halfClosed, revents: 0)
        return unsafe Glibc.poll(&poll, 1, 0) != 0
    }

    /// Sends one byte and waits 10 ms; false when the peer has something to say, or has closed.
    package func trickle(_ byte: UInt8) -> Bool {
        write([byte])
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe Glibc.poll(&poll, 1, 10) == 0
    }

    /// Sends bytes one after another until the peer closes; what it said, or nil when it still listens after all of them.
    package func dribble(_ bytes: [UInt8]) -> [UInt8]? {
        var heard: [UInt8] = []
        for byte in bytes where !trickle(byte) {
            guard let piece = read(), !piece.isEmpty else { return heard }
            heard += piece
        }
        return nil
    }

    /// SCHED_IDLE, which glibc declares for _GNU_SOURCE alone.
    private static let idlePolicy: Int32 = 5

    /// Runs a blocking body on a thread of its own; `isModest`: on processors that nobody else wants, which it gives up at once. At the
    /// lowest niceness alone it keeps one to the end of a time slice, 3 ms for whoever waits for it.
    package static func onThread<T: Sendable>(isModest: Bool = false, _ body: @escaping @Sendable () -> T) async throws -> T {
        let start: (CheckedContinuation<T, any Error>) -> Void = { continuation in
            do {
                try LoopThread.start(name: "siege") {
                    if isModest {
                        // Of this thread alone (sched_setscheduler(2)).
                        var none = sched_param()
                        unsafe sched_setscheduler(0, idlePolicy, &none)
                    }
                    continuation.resume(returning: body())
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
        return try await withCheckedThrowingContinuation { start($0) }
    }
}
