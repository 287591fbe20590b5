/// One connection of an `PlainHTTPServer`, for one request.
///
/// ```
/// reading ──head──► answering ──answer──► writing ──all taken──► lingering ──end of file, or time──► closed
///    └──refused, or time──► writing                    closed from anywhere
/// ```
/// Sendable: its state is touched on the loop of its listener only.
@safe final class PlainHTTPConnection: PollHandler, @unchecked Sendable {
    private enum State {
        case reading(PlainHTTPHead)
        case answering
        case writing([UInt8], offset: Int)
        case lingering
        case closed
    }

    private let socket: StreamSocket
    private let listener: PlainHTTPListener
    private var loop: EventLoop { listener.loop }
    private var state: State
    private var token: Poller.Token?
    private lazy var timer = LoopTimer(loop) { [unowned self] in timedOut() }

    /// Bytes that are thrown away of what comes after the request, for each time that the socket is looked at.
    private static let discardedAtOnce = 64 * 1_024

    init(_ socket: StreamSocket, _ listener: PlainHTTPListener) {
        (self.socket, self.listener) = (socket, listener)
        state = .reading(PlainHTTPHead(limit: listener.limits.headBytes, bodyLimit: listener.limits.bodyBytes))
    }

    func start() throws(SocketError) {
        token = try loop.register(socket.descriptor, .readable, self)
        timer.set(after: listener.limits.requestTimeout)
    }

    func close() {
        if case .closed = state { return }
        state = .closed
        timer.cancel()
        if let token { loop.unregister(token, socket.descriptor) }
        token = nil
        socket.close()
        listener.ended(self)
    }

    func ready(_ readiness: Readiness) {
        switch state {
        case .reading(let head): read(head)
        case .writing: write()
        case .lingering: discard()
        // Nothing is waited for, so this is the end of both directions.
        case .answering: close()
        case .closed: break
        }
    }

    private func timedOut() {
        if case .reading = state { respond(PlainHTTPAnswer(status: 408)) } else { close() }
    }

    private func read(_ head: PlainHTTPHead) {
        var head = head
        switch unsafe socket.read(into: loop.buffers.inbound) {
        case .bytes(let count):
            let reading = head.take(unsafe Array(loop.buffers.inbound.prefix(count)))
            state = .reading(head)
            switch reading {
            case .incomplete: break
            case .refused(let status): respond(PlainHTTPAnswer(status: status))
            case .request(let request): ask(request)
            }
        case .wouldBlock: break
        case .endOfFile, .failed: close()
        }
    }

    private func ask(_ request: PlainHTTPRequest) {
        state = .answering
        // Not looked at until there is an answer: more than the request may have come, and it would be ready all the time.
        watch([])
        timer.set(after: listener.limits.answerTimeout)
        let (answer, loop) = (listener.answer, loop)
        Task {
            let said = await answer(request)
            loop.submit {
                guard case .answering = self.state else { return }
                if let said { self.respond(said) } else { self.close() }
            }
        }
    }

    private func respond(_ answer: PlainHTTPAnswer) {
        state = .writing(answer.wireBytes, offset: 0)
        timer.set(after: listener.limits.answerTimeout)
        watch(.writable)
        write()
    }

    private func write() {
        guard case .writing(let bytes, let offset) = state else { return }
        let transfer = unsafe bytes.withUnsafeBytes { unsafe socket.write(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
        switch transfer {
        case .bytes(let count):
            if offset + count < bytes.count { state = .writing(bytes, offset: offset + count) } else { linger() }
        case .wouldBlock: break
        case .endOfFile, .failed: close()
        }
    }

    /// What nobody has read would make the kernel reset the connection, and with it the answer.
    private func linger() {
        guard socket.endWriting() else { return close() }
        state = .lingering
        timer.set(after: listener.limits.lingerTimeout)
        watch(.readable)
    }

    private func discard() {
        switch socket.discard(atMost: Self.discardedAtOnce) {
        case .bytes, .wouldBlock: break
        case .endOfFile, .failed: close()
        }
    }

    private func watch(_ readiness: Readiness) {
        guard let token else { return }
        do throws(SocketError) { try loop.modify(token, socket.descriptor, readiness) } catch { close() }
    }
}
