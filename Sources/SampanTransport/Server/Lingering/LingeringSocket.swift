/// The socket of a connection that has ended: it is read until the peer closes too, and everything is thrown away. Loop-confined.
///
/// A descriptor and a few words, since the session and the TLS of the connection have gone before.
final class LingeringSocket: PollHandler {
    private let socket: StreamSocket
    private let others: LingeringSockets
    /// The connection's place in the limits of its server and its address, which it keeps until the socket is closed.
    private let admission: Admission
    /// Bytes that are still read.
    private var bytesLeft: Int
    /// When its time is over, on the loop's clock.
    let due: Int64
    private var token: Poller.Token?

    init(_ socket: StreamSocket, _ admission: Admission, among others: LingeringSockets, bytes: Int, due: Int64) {
        self.socket = socket
        self.admission = admission
        self.others = others
        self.due = due
        bytesLeft = bytes
    }

    func start(_ loop: EventLoop) throws(SocketError) {
        token = try loop.register(socket.descriptor, .readable, self)
    }

    func close(_ loop: EventLoop) {
        if let token { loop.unregister(token, socket.descriptor) }
        token = nil
        socket.close()
    }

    func ready(_ readiness: Readiness) { others.read(self) }

    /// Throws up to `most` bytes away. Returns how many there were, and whether the socket is done with.
    func discard(atMost most: Int) -> (count: Int, isOver: Bool) {
        switch socket.discard(atMost: most) {
        case .bytes(let count):
            bytesLeft -= count
            return (count, bytesLeft <= 0)
        case .wouldBlock: return (0, false)
        case .endOfFile, .failed: return (0, true)
        }
    }
}
