/// Sockets of one loop whose connections the server has ended, open until their peers have had the chance to read why. Loop-confined.
///
/// A socket that is closed with bytes unread is reset by the kernel (RFC 1122 §4.2.2.13), and a reset throws away what the peer has
/// not read yet: a peer that still writes would lose its GOAWAY, its alert, its last answer. So the server's half is closed first, and
/// what comes is read and thrown away until the peer closes as well, within bounds of bytes, time and number; over one of them the
/// socket is closed whatever comes of it.
final class LingeringSockets {
    private let loop: EventLoop
    private let limits: LingerLimits
    /// The oldest first, which is also the first whose time is over: all get the same.
    private(set) var sockets: [LingeringSocket] = []
    private var isOpen = true
    /// Called when the last has gone.
    private let whenEmpty: () -> Void
    private lazy var timer = LoopTimer(loop) { [unowned self] in closeOverdue() }
    /// The time of the turn that `turnBytes` is of.
    private var turn: Int64 = 0
    /// What this turn may still read.
    private var turnBytes = 0

    /// Bytes that one turn throws away for all of them, so that no flood at sockets that are over delays those that are not. 256 KiB:
    /// some 30 µs.
    private static let bytesPerTurn = 256 * 1_024
    /// What a single read counts for at least. 4 KiB: a turn makes at most 64 of them.
    private static let leastPerRead = 4 * 1_024
    /// What one socket is read in a turn. 64 KiB, as of a connection that lives.
    private static let bytesPerRead = 64 * 1_024

    /// `limits`: of this loop.
    init(_ loop: EventLoop, _ limits: LingerLimits, whenEmpty: @escaping () -> Void) {
        self.loop = loop
        self.limits = limits
        self.whenEmpty = whenEmpty
    }

    var isEmpty: Bool { sockets.isEmpty }

    /// Takes a socket whose last bytes have been written. False when it may not linger, and is the caller's to close.
    func take(_ socket: StreamSocket, _ admission: Admission) -> Bool {
        loop.assertOnLoop()
        // A socket that cannot be shut down has been reset: nobody reads.
        guard isOpen, limits.isGenerous, socket.endWriting() else { return false }
        let due = loop.nowNanoseconds + limits.timeout.clampedNanoseconds
        let lingering = LingeringSocket(socket, admission, among: self, bytes: limits.bytes, due: due)
        do throws(SocketError) {
            try lingering.start(loop)
        } catch {
            return false
        }
        sockets.append(lingering)
        if sockets.count > limits.count { end(sockets[0]) }
        if !timer.isSet { timer.set(after: limits.timeout) }
        return true
    }

    /// One of them has bytes, or its peer has closed. What is left for the next turn is told of again then.
    func read(_ socket: LingeringSocket) {
        if turn != loop.nowNanoseconds {
            turn = loop.nowNanoseconds
            turnBytes = Self.bytesPerTurn
        }
        guard turnBytes > 0 else { return }
        let (count, isOver) = socket.discard(atMost: min(Self.bytesPerRead, turnBytes))
        turnBytes -= max(count, Self.leastPerRead)
        if isOver { end(socket) }
    }

    /// Closes all of them, as when their descriptors are needed.
    func closeAll() {
        for socket in sockets { end(socket) }
    }

    /// Closes all of them, and takes no more: the time of the server is over.
    func stop() {
        isOpen = false
        closeAll()
    }

    private func end(_ socket: LingeringSocket) {
        guard let index = sockets.firstIndex(where: { $0 === socket }) else { return }
        sockets.remove(at: index)
        socket.close(loop)
        guard sockets.isEmpty else { return }
        timer.cancel()
        whenEmpty()
    }

    private func closeOverdue() {
        while let first = sockets.first, first.due <= loop.nowNanoseconds { end(first) }
        if let first = sockets.first { timer.set(after: .nanoseconds(first.due - loop.nowNanoseconds)) }
    }
}
