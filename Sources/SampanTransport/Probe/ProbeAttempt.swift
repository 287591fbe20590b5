internal import SampanCrypto
internal import SampanHTTP2
internal import SampanRPC

/// One connection of a `ConnectionProbe`. Loop-confined; held by the poller and by its connection until it has told what it saw.
///
/// connecting (its own, for the time) → set up by a `Connection` as any other → greeted or failed → told
final class ProbeAttempt: PollHandler, TimerTarget, ConnectionOwner {
    private let loop: EventLoop
    private let context: TLSContext
    private let whenOver: (ConnectionProbe.Report) -> Void
    private var report = ConnectionProbe.Report()
    private var step = ConnectionProbe.Step.connect
    private var stepBegan: Int64
    private var end: Int64 = 0
    private var address = ""
    private var socket: StreamSocket?
    private var token: Poller.Token?
    private var timer: TimerID?
    private var connection: Connection?
    private var isOver = false

    init(_ loop: EventLoop, _ context: TLSContext, _ whenOver: @escaping (ConnectionProbe.Report) -> Void) {
        self.loop = loop
        self.context = context
        self.whenOver = whenOver
        stepBegan = EventLoop.readClock()
    }

    func start(_ address: SocketAddress, timeout: Duration) {
        self.address = address.description
        end = stepBegan + timeout.clampedNanoseconds
        do throws(SocketError) {
            let socket = try StreamSocket.connecting(to: address)
            self.socket = socket
            token = try loop.register(socket.descriptor, .writable, self)
            timer = loop.schedule(after: timeout, self)
        } catch {
            fail("\(error)", nil)
        }
    }

    // MARK: TCP

    /// The connect has come to an end.
    func ready(_ readiness: Readiness) {
        guard let socket, connection == nil else { return }
        if let error = socket.pendingError {
            fail("\(error)", nil)
            return
        }
        leavePoller()
        self.socket = nil
        ended(.connect, next: .handshake)
        shakeHands(socket)
    }

    /// The connect took too long; the connection has a timer of its own.
    func timerFired() {
        timer = nil
        if connection == nil { fail("no answer within the time; a firewall that drops packets looks so", nil) }
    }

    private func shakeHands(_ socket: StreamSocket) {
        do {
            let connection = Connection(
                loop: loop, socket: socket, address: address, isConnected: true,
                session: try HTTP2Session(role: .client, settings: ChannelConfiguration().http2, memory: loop.sessionMemory),
                tls: try TLSConnection(context))
            self.connection = connection
            connection.start(owner: self, setUpTimeout: .nanoseconds(max(1, end - EventLoop.readClock())))
        } catch {
            socket.close()
            fail("\(error)", nil)
        }
    }

    // MARK: ConnectionOwner

    func connectionEstablished(_ peer: Peer) {
        ended(.handshake, next: .settings)
        report.peer = connection?.verifiedPeer
    }

    func receivedSettings(maximumConcurrentStreams: UInt32) {
        connection?.setUpComplete()
        guard step == .settings, report.maximumStreams == nil else { return }
        report.durations[.settings] = .nanoseconds(EventLoop.readClock() - stepBegan)
        report.maximumStreams = maximumConcurrentStreams
        // Closes once this is written and the session has nothing left to say.
        connection?.session.submitGoAway(.noError)
        connection?.markDirty()
    }

    func receivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode) {}

    func connectionFlushed() {
        if report.maximumStreams != nil { connection?.close(.finished) }
    }

    func connectionClosed(_ reason: CloseReason) {
        connection = nil
        // What comes after the greeting does not count.
        if report.maximumStreams != nil { tell() } else { fail("\(reason)", reason.failedHandshake) }
    }

    func makeStream() -> HTTP2Stream? { nil }
    func receivedPingAck(_ ping: HTTP2Ping?) {}
    var windowLimits: WindowLimits { ChannelConfiguration().windowLimits }
    func mayWiden(by bytes: Int) -> Bool { false }

    // MARK: Ends

    private func ended(_ step: ConnectionProbe.Step, next: ConnectionProbe.Step) {
        let now = EventLoop.readClock()
        report.durations[step] = .nanoseconds(now - stepBegan)
        self.step = next
        stepBegan = now
    }

    private func fail(_ text: String, _ handshake: FailedHandshake?) {
        // In TLS 1.3 a client's handshake is over before the server has judged its certificate.
        let failed = handshake != nil && step == .settings ? ConnectionProbe.Step.handshake : step
        report.failure = ConnectionProbe.Failure(step: failed, text: text, handshake: handshake)
        tell()
    }

    private func tell() {
        guard !isOver else { return }
        isOver = true
        leavePoller()
        socket?.close()
        socket = nil
        whenOver(report)
    }

    private func leavePoller() {
        if let timer { loop.cancel(timer) }
        timer = nil
        if let token, let socket { loop.unregister(token, socket.descriptor) }
        token = nil
    }
}
