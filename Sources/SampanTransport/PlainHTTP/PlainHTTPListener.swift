/// Takes the connections of an `PlainHTTPServer`. Sendable: its state is touched on its loop only.
final class PlainHTTPListener: PollHandler, @unchecked Sendable {
    let loop: EventLoop
    let limits: PlainHTTPLimits
    let answer: PlainHTTPServer.Answer
    private var socket: StreamSocket?
    private var token: Poller.Token?
    private var connections: [ObjectIdentifier: PlainHTTPConnection] = [:]
    private lazy var pauseTimer = LoopTimer(loop) { [unowned self] in resume() }

    private static let acceptsPerTurn = 8
    /// Wait before the next accept when the process has run out of descriptors.
    private static let acceptPause: Duration = .milliseconds(100)

    init(loop: EventLoop, limits: PlainHTTPLimits, answer: @escaping PlainHTTPServer.Answer) {
        (self.loop, self.limits, self.answer) = (loop, limits, answer)
    }

    func start(_ socket: StreamSocket) throws(SocketError) {
        do throws(SocketError) {
            token = try loop.register(socket.descriptor, .readable, self)
            self.socket = socket
        } catch {
            socket.close()
            throw error
        }
    }

    func close() {
        pauseTimer.cancel()
        if let socket, let token { loop.unregister(token, socket.descriptor) }
        socket?.close()
        (socket, token) = (nil, nil)
        for connection in connections.values { connection.close() }
    }

    func ready(_ readiness: Readiness) {
        do throws(SocketError) {
            for _ in 0..<Self.acceptsPerTurn {
                guard let (accepted, _) = try socket?.accept() else { return }
                take(accepted)
            }
        } catch {
            pause()
        }
    }

    private func take(_ accepted: StreamSocket) {
        guard connections.count < limits.connections else { return accepted.close() }
        let connection = PlainHTTPConnection(accepted, self)
        do throws(SocketError) {
            try connection.start()
            connections[ObjectIdentifier(connection)] = connection
        } catch {
            accepted.close()
        }
    }

    /// Looking at the socket again at once would only spin.
    private func pause() {
        guard let socket, let token else { return }
        loop.unregister(token, socket.descriptor)
        self.token = nil
        pauseTimer.set(after: Self.acceptPause)
    }

    private func resume() {
        guard let socket, token == nil else { return }
        do throws(SocketError) {
            token = try loop.register(socket.descriptor, .readable, self)
        } catch {
            pauseTimer.set(after: Self.acceptPause)
        }
    }

    /// A connection has closed its socket.
    func ended(_ connection: PlainHTTPConnection) { connections[ObjectIdentifier(connection)] = nil }
}
