internal import SampanHTTP2
internal import SampanRPC
internal import Synchronization

/// One call as the client carries it.
///
/// ```
/// pending (no connection yet) ──► head (on the wire) ──► body ──► ended
/// ```
/// Sendable: any task may hold it; its state is touched on the loop of its channel only, `trailers` is behind a lock.
@safe final class ClientCall: HTTP2Stream, TimerTarget, @unchecked Sendable {
    private enum State {
        case pending, head, body, ended
    }

    let method: MethodDescriptor
    let options: CallOptions
    let loop: EventLoop
    let deadline: ContinuousClock.Instant
    private let requestBufferBytes: Int
    /// From the start on the wire to the end of the stream.
    private var connection: ClientConnection?
    private var state = State.pending
    private var current = ResponseHead()
    private var initial: Result<Metadata, RPCError>?
    private var initialWaiters: [UnsafeContinuation<Result<Metadata, RPCError>, Never>] = unsafe []
    private var deframer: MessageDeframer
    private var mailbox = Mailbox()
    private var unconsumed = 0
    private var timer: TimerID?
    private var drainWaiter: UnsafeContinuation<Result<Void, RPCError>, Never>?
    /// What was sent before there was a connection.
    private var early: [FramedMessage] = []
    private var isFinished = false
    private let trailers = Mutex(Metadata())
    private var failure: RPCError?

    init(
        method: MethodDescriptor, options: CallOptions, loop: EventLoop, deadline: ContinuousClock.Instant,
        configuration: ChannelConfiguration
    ) {
        self.method = method
        self.options = options
        self.loop = loop
        self.deadline = deadline
        requestBufferBytes = configuration.requestBufferBytes
        deframer = MessageDeframer(maximumPayload: options.maximumResponseBytes ?? configuration.maximumMessageBytes)
        mailbox.maximumPayload = deframer.maximumPayload
    }

    var hasEnded: Bool { state == .ended }

    // MARK: From the channel, on the loop

    /// Starts the deadline.
    func arm() {
        timer = loop.schedule(after: deadline - loop.now, self)
    }

    /// Puts the call on a connection. False when the connection takes no more: the call stays pending.
    func start(on connection: ClientConnection) -> Bool {
        guard state == .pending else { return true }
        let head = connection.head(for: self, timeout: deadline - loop.now)
        guard head.listSize <= Self.longestHead else {
            end(RPCError(code: .resourceExhausted, message: "\(head.listSize) bytes of metadata are more than a call can carry"))
            return true
        }
        do throws(HTTP2Error) {
            try connection.session.submitRequest(head, stream: self)
        } catch {
            if case .notAccepting = error {
                connection.retire()
                return false
            }
            end(RPCError(code: .internal, message: "the call cannot be put into HTTP/2", cause: error))
            return true
        }
        self.connection = connection
        state = .head
        for message in early { connection.session.send(message.bytes, on: self) }
        early = []
        if isFinished { connection.session.finish(self) }
        connection.markDirty()
        return true
    }

    /// Longest header list that is put on the wire. 32 KiB: servers take 8 to 16, and nghttp2 sends at most 64.
    private static let longestHead = 32 * 1_024

    /// Ends the call on this side, and on the other if it is on the wire.
    func end(_ error: RPCError?) {
        guard state != .ended else { return }
        state = .ended
        failure = error
        if let timer { loop.cancel(timer) }
        timer = nil
        early = []
        let result: Result<Void, RPCError> = error.map { .failure($0) } ?? .success(())
        if initial == nil { settleInitial(result.map { Metadata() }) }
        mailbox.finish(result)
        resumeDrainWaiter()
    }

    func timerFired() {
        timer = nil
        abandon(RPCError(code: .deadlineExceeded, message: "the deadline passed before the answer of \(method)"))
    }

    private func abandon(_ error: RPCError) {
        guard state != .ended else { return }
        end(error)
        connection?.session.reset(self, .cancel)
        connection?.markDirty()
    }

    // MARK: From the wire

    override func received(headerName: Span<UInt8>, value: Span<UInt8>) -> Bool {
        current.append(name: headerName, value: value)
        return true
    }

    override func receivedHeaders(endStream: Bool) {
        guard state != .ended else { return }
        if endStream {
            receivedTrailers()
            return
        }
        guard state == .head else {
            abandon(RPCError(code: .internal, message: "the server sent a second head"))
            return
        }
        if current.isInterim {
            current = ResponseHead()
            return
        }
        if let refusal = current.refusal {
            abandon(refusal)
            return
        }
        state = .body
        deframer.takesCompressed = current.encoding == .gzip
        settleInitial(.success(current.metadata))
        current = ResponseHead()
    }

    private func receivedTrailers() {
        if state == .head, let refusal = current.refusal {
            end(refusal)
            return
        }
        let metadata = current.metadata
        trailers.withLock { $0 = metadata }
        switch current.outcome {
        case .ok:
            let whole = deframer.isBetweenMessages
            end(whole ? nil : RPCError(code: .internal, message: "the answer ended inside a message"))
        case .failure(let error): end(error)
        }
        // The server has said everything; what this side still had to send is of no use.
        if !isFinished || outboundBytes > 0 { connection?.session.reset(self, .cancel) }
    }

    override func received(data: RawSpan) {
        guard state == .body else { return }
        unconsumed += data.byteCount
        var offset = 0
        do throws(RPCError) {
            while let message = try deframer.next(data, from: &offset) {
                mailbox.push(message, isCompressed: deframer.isCompressed)
                if let failure = mailbox.inflateFailure { throw failure }
            }
        } catch {
            abandon(error)
            return
        }
        giveBackWindow()
    }

    override func receivedEnd() {
        end(RPCError(code: .internal, message: "the answer ended without a status"))
    }

    override func outboundDrained() {
        resumeDrainWaiter()
    }

    override func closed(_ code: HTTP2ErrorCode) {
        defer {
            let connection = connection
            self.connection = nil
            connection?.callEnded()
        }
        guard state != .ended else { return }
        guard code == .connectionLost else {
            end(
                RPCError(
                    code: HTTPStatus.code(forReset: code.rawValue), message: "the server reset the call (HTTP/2 code \(code.rawValue))"))
            return
        }
        let reason = connection?.closeReason.map { "\($0)" } ?? "the connection was lost"
        end(RPCError(code: .unavailable, message: reason))
    }

    // MARK: For OpenStream, from any task

    func next() async throws(RPCError) -> [UInt8]? {
        if loop.isOnLoop, let result = poll() {
            return try result.get()
        }
        let result = await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                loop.perform { unsafe self.read(continuation) }
            }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    private func read(_ continuation: UnsafeContinuation<Result<[UInt8]?, RPCError>, Never>) {
        if let result = poll() {
            unsafe continuation.resume(returning: result)
        } else {
            unsafe mailbox.wait(continuation)
        }
    }

    /// What can be read now; an answer that cannot be inflated ends the call on the other side too.
    private func poll() -> Result<[UInt8]?, RPCError>? {
        let result = mailbox.poll()
        if let failure = mailbox.inflateFailure { abandon(failure) }
        if result != nil { giveBackWindow() }
        return result
    }

    func send(_ message: FramedMessage) async throws(RPCError) {
        let message = options.compression == .gzip ? try MessageCompression.compress(message) : message
        let result = await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                loop.perform { unsafe self.enqueue(message, continuation) }
            }
        } onCancel: {
            cancel()
        }
        try result.get()
    }

    private func enqueue(_ message: FramedMessage, _ continuation: UnsafeContinuation<Result<Void, RPCError>, Never>) {
        switch state {
        case .ended:
            let error = failure ?? RPCError(code: .cancelled, message: "the server has ended the call")
            unsafe continuation.resume(returning: .failure(error))
        case .pending:
            early.append(message)
            // Held back until there is a connection, like everything that the buffer has no room for.
            unsafe hold(continuation, while: early.reduce(0) { $0 + $1.bytes.count } > requestBufferBytes)
        case .head, .body:
            connection?.session.send(message.bytes, on: self)
            connection?.markDirty()
            unsafe hold(continuation, while: outboundBytes > requestBufferBytes)
        }
    }

    private func hold(_ continuation: UnsafeContinuation<Result<Void, RPCError>, Never>, while isFull: Bool) {
        if isFull, unsafe drainWaiter == nil {
            unsafe drainWaiter = unsafe continuation
        } else {
            unsafe continuation.resume(returning: .success(()))
        }
    }

    func finish() async {
        await loop.run { self.finishSending() }
    }

    /// Queues the half-close. On the loop.
    func finishSending() {
        guard !isFinished else { return }
        isFinished = true
        guard state == .head || state == .body else { return }
        connection?.session.finish(self)
        connection?.markDirty()
    }

    /// Queues a message without waiting for room. On the loop; for the one message of a unary call.
    func sendOnly(_ message: FramedMessage) {
        early.append(message)
        isFinished = true
    }

    func cancel() {
        loop.submit { self.abandon(RPCError(code: .cancelled, message: "the caller cancelled \(self.method)")) }
    }

    func initialMetadata() async throws(RPCError) -> Metadata {
        let result = await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                loop.perform {
                    if let initial = self.initial {
                        unsafe continuation.resume(returning: initial)
                    } else {
                        unsafe self.initialWaiters.append(continuation)
                    }
                }
            }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    var trailingMetadata: Metadata { trailers.withLock { $0 } }

    // MARK: Small parts

    private func giveBackWindow() {
        let count = unconsumed - mailbox.heldBytes
        guard count > 0, state != .ended else { return }
        unconsumed -= count
        connection?.consume(self, count, keepsUp: mailbox.heldBytes == 0)
    }

    private func settleInitial(_ result: Result<Metadata, RPCError>) {
        initial = result
        let waiters = unsafe initialWaiters
        unsafe initialWaiters = []
        unsafe waiters.forEach { unsafe $0.resume(returning: result) }
    }

    private func resumeDrainWaiter() {
        guard let waiter = unsafe drainWaiter else { return }
        unsafe drainWaiter = nil
        unsafe waiter.resume(returning: failure.map { .failure($0) } ?? .success(()))
    }
}
