internal import SampanHTTP2
internal import SampanRPC
internal import Synchronization

/// One call as the client carries it.
///
/// ```
/// pending (no connection yet) ──► head (on the wire) ──► body ──► ended
///    ▲                              │ never left this side, or refused by the server for the first time
///    └──────────────────────────────┘ (transparent retry, gRFC A6)
/// ```
/// The same object goes on to the next connection, with what it has sent so far: nothing is made for a retry that hardly ever comes.
/// Sendable: any task may hold it; its state is touched on the loop of its channel only, `trailers` is behind a lock.
@safe final class ClientCall: HTTP2Stream, TimerTarget, @unchecked Sendable {
    private enum State {
        case pending, head, body, ended
    }

    let method: MethodDescriptor
    let options: CallOptions
    let loop: EventLoop
    let deadline: ContinuousClock.Instant
    /// How many attempts of the same call a policy has made before this one.
    let attempt: Int
    /// Held until the end of the call; nil for most.
    var observer: (any CallObserver)?
    private let requestBufferBytes: Int
    private let replayBufferBytes: Int
    /// From the start on the wire to the end of the stream.
    private var connection: ClientConnection?
    private var state = State.pending
    private var current = ResponseHead()
    private var initial: Result<Metadata, RPCError>?
    private var initialWaiters: [UnsafeContinuation<Result<Metadata, RPCError>, Never>] = unsafe []
    private var deframer: MessageDeframer
    private var mailbox: Mailbox
    private var unconsumed = 0
    private var timer: TimerID?
    private var drainWaiter: UnsafeContinuation<Result<Void, RPCError>, Never>?
    /// Who made the call as one request for one answer, and reads nothing of it before its end.
    private var replyWaiter: UnsafeContinuation<Result<UnaryReply, RPCError>, Never>?
    private var answerCount = 0
    /// What was sent so far, for as long as it may have to be sent on another connection: until an answer begins.
    private var kept: [FramedMessage] = []
    private var keptBytes = 0
    /// Whether `kept` is all that was sent.
    private var isReplayable = true
    private var wasRefused = false
    private var isFinished = false
    private let trailers = Mutex(Metadata())
    private var failure: RPCError?
    /// What the server said of another attempt.
    private(set) var pushback: Pushback?

    init(
        method: MethodDescriptor, options: CallOptions, loop: EventLoop, deadline: ContinuousClock.Instant,
        configuration: ChannelConfiguration, attempt: Int = 0
    ) {
        self.method = method
        self.options = options
        self.loop = loop
        self.deadline = deadline
        self.attempt = attempt
        replayBufferBytes = configuration.retryBufferBytes
        requestBufferBytes = configuration.requestBufferBytes
        deframer = MessageDeframer(maximumPayload: options.maximumResponseBytes ?? configuration.maximumMessageBytes)
        mailbox = Mailbox(maximumPayload: deframer.maximumPayload)
    }

    var hasEnded: Bool { state == .ended }
    /// How the call has ended; OK before that.
    var status: StatusCode { failure?.code ?? .ok }

    // MARK: From the channel, on the loop

    /// Starts the deadline.
    func arm() {
        guard state != .ended else { return }
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
        for message in kept { connection.session.send(message.bytes, on: self) }
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
        stopKeeping()
        let result: Result<Void, RPCError> = error.map { .failure($0) } ?? .success(())
        if initial == nil { settleInitial(result.map { Metadata() }) }
        mailbox.finish(result)
        resumeDrainWaiter()
        resumeReplyWaiter(result)
        guard let observer else { return }
        self.observer = nil
        observer.ended(self, error)
    }

    func timerFired() {
        timer = nil
        abandon(RPCError(code: .deadlineExceeded, message: "the deadline passed before the answer of \(method)"))
    }

    /// Ends the call on both sides.
    func abandon(_ error: RPCError) {
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
        stopKeeping()
        settleInitial(.success(current.metadata))
        current = ResponseHead()
        observer?.receivedHead(self)
    }

    private func receivedTrailers() {
        pushback = current.pushback
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
                answerCount += 1
                if answerCount > 1, unsafe replyWaiter != nil { throw Self.tooManyAnswers(method) }
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
        let connection = connection
        self.connection = nil
        defer { connection?.callEnded() }
        guard state != .ended else { return }
        if let connection, mayStartAgain(code, after: connection) {
            state = .pending
            current = ResponseHead()
            renew()
            connection.subchannel.core.place(self)
            return
        }
        guard code == .connectionLost else {
            end(
                RPCError(
                    code: HTTPStatus.code(forReset: code.rawValue), message: "the server reset the call (HTTP/2 code \(code.rawValue))"))
            return
        }
        let reason = connection?.closeReason.map { "\($0)" } ?? "the connection was lost"
        end(RPCError(code: .unavailable, message: reason))
    }

    /// gRFC A6, Transparent Retries: what never left this side may be sent as often as it takes; what the server's library refused
    /// before its application saw it, once more, or two servers could play with a call for ever. So could one that greets every
    /// connection and then cuts it: what never left because of an error that the server named counts as refused.
    private func mayStartAgain(_ code: HTTP2ErrorCode, after connection: ClientConnection) -> Bool {
        guard state == .head, isReplayable else { return false }
        if neverLeft, !connection.wasBlamed { return true }
        guard neverLeft || code == .refusedStream else { return false }
        defer { wasRefused = true }
        return !wasRefused
    }

    // MARK: For ClientChannel, from any task

    /// Makes the call with its one request and waits for its one answer: one visit to the loop there, and one wait. Once, and in place of
    /// everything below.
    func unary(_ request: FramedMessage, on core: ChannelCore) async throws(RPCError) -> UnaryReply {
        let result = await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                loop.perform {
                    self.sendOnly(request)
                    unsafe self.awaitReply(continuation)
                    core.submit(self)
                }
            }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    private func awaitReply(_ continuation: UnsafeContinuation<Result<UnaryReply, RPCError>, Never>) {
        guard state == .ended else {
            unsafe replyWaiter = unsafe continuation
            return
        }
        // Its task was cancelled before the loop heard of the call.
        unsafe continuation.resume(returning: .failure(failure ?? RPCError(code: .cancelled, message: "the call has ended")))
    }

    private func resumeReplyWaiter(_ result: Result<Void, RPCError>) {
        guard let waiter = unsafe replyWaiter else { return }
        unsafe replyWaiter = nil
        unsafe waiter.resume(returning: result.flatMap { reply() })
    }

    /// What a call that has ended well has brought.
    private func reply() -> Result<UnaryReply, RPCError> {
        switch mailbox.poll() {
        case .failure(let error): return .failure(error)
        case .success(let message?):
            let metadata = initial.flatMap { try? $0.get() } ?? Metadata()
            return .success(UnaryReply(message: message, initialMetadata: metadata, trailingMetadata: trailingMetadata))
        case .success(nil), nil: return .failure(Self.noAnswer(method))
        }
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

    /// Hands what comes next to a reader, now or when it comes. On the loop.
    func read(_ continuation: UnsafeContinuation<Result<[UInt8]?, RPCError>, Never>) {
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

    /// Takes a message to be sent, and resumes its sender when there is room for more. On the loop.
    func enqueue(_ message: FramedMessage, _ continuation: UnsafeContinuation<Result<Void, RPCError>, Never>) {
        guard state != .ended else {
            let error = failure ?? RPCError(code: .cancelled, message: "the server has ended the call")
            unsafe continuation.resume(returning: .failure(error))
            return
        }
        append(message)
        // Without a connection, too, a sender is held back once the buffer is full.
        unsafe hold(continuation, while: (state == .pending ? keptBytes : outboundBytes) > requestBufferBytes)
    }

    /// Takes a message to be sent. No effect after the end. On the loop.
    func append(_ message: FramedMessage) {
        guard state != .ended else { return }
        if isReplayable {
            kept.append(message)
            keptBytes += message.bytes.count
            // One message is kept whatever its size: its sender has made room for it already.
            if state != .pending, keptBytes > replayBufferBytes, kept.count > 1 { stopKeeping() }
        }
        guard state != .pending else { return }
        connection?.session.send(message.bytes, on: self)
        connection?.markDirty()
    }

    private func stopKeeping() {
        isReplayable = false
        kept = []
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
        append(message)
        isFinished = true
    }

    func cancel() {
        loop.submit { self.abandon(RPCError(code: .cancelled, message: "the caller cancelled \(self.method)")) }
    }

    func initialMetadata() async throws(RPCError) -> Metadata {
        let result = await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                loop.perform { unsafe self.awaitInitial(continuation) }
            }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    /// Hands the initial metadata to a waiter, now or when it comes. On the loop.
    func awaitInitial(_ continuation: UnsafeContinuation<Result<Metadata, RPCError>, Never>) {
        if let initial {
            unsafe continuation.resume(returning: initial)
        } else {
            unsafe initialWaiters.append(continuation)
        }
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
