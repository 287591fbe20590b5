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
    /// The deadline, on the loop's clock in nanoseconds.
    let expires: Int64
    /// How many attempts of the same call a policy has made before this one.
    let attempt: Int
    /// Held until the end of the call; nil for most.
    var observer: (any CallObserver)?
    private let requestBufferBytes: Int
    private let replayBufferBytes: Int
    /// From the start on the wire to the end of the stream.
    private var connection: ClientConnection?
    private var state = State.pending
    // Unchecked, here and below: nothing that these call comes back to this call, and the check cost more than they do.
    @exclusivity(unchecked) private var current = ResponseHead()
    /// Of the answer, once it has begun.
    private var initial: Metadata?
    @exclusivity(unchecked) private var initialWaiters: [UnsafeContinuation<Result<Metadata, RPCError>, Never>] = unsafe []
    @exclusivity(unchecked) private var deframer: MessageDeframer
    /// Of a call that is read message by message; a unary one has `answer` in its place.
    @exclusivity(unchecked) private var mailbox: Mailbox?
    var isUnary: Bool { unsafe mailbox == nil }
    private var unconsumed = 0
    private var timer: TimerID?
    private var drainWaiter: UnsafeContinuation<Result<Void, RPCError>, Never>?
    /// Who made the call as one request for one answer, and reads nothing of it before its end.
    private var replyWaiter: UnsafeContinuation<Void, Never>?
    /// The answer of a unary call as it came: compressed, it waits as small as the server has sent it.
    private var answer: (bytes: [UInt8], isCompressed: Bool)?
    /// What was sent so far, for as long as it may have to be sent on another connection: until an answer begins.
    @exclusivity(unchecked) private var kept = KeptMessages()
    /// Whether `kept` is all that was sent.
    private var isReplayable = true
    private var wasRefused = false
    private var isFinished = false
    private let trailers = Mutex(Metadata())
    private var failure: RPCError?
    /// What the server said of another attempt.
    private(set) var pushback: Pushback?

    /// - Parameter isUnary: whether the call is made by `unary`, and not for `OpenStream`.
    init(
        method: MethodDescriptor, options: CallOptions, loop: EventLoop, expires: Int64, limits: CallLimits, attempt: Int = 0,
        isUnary: Bool = false
    ) {
        self.method = method
        self.options = options
        self.loop = loop
        self.expires = expires
        self.attempt = attempt
        replayBufferBytes = limits.replayBufferBytes
        requestBufferBytes = limits.requestBufferBytes
        let maximumPayload = options.maximumResponseBytes ?? limits.messageBytes
        unsafe deframer = MessageDeframer(maximumPayload: maximumPayload)
        unsafe mailbox = isUnary ? nil : Mailbox(maximumPayload: maximumPayload)
    }

    var hasEnded: Bool { state == .ended }
    /// How the call has ended; OK before that.
    var status: StatusCode { failure?.code ?? .ok }

    // MARK: From the channel, on the loop

    /// Starts the deadline.
    func arm() {
        guard state != .ended else { return }
        timer = loop.schedule(at: expires, self)
    }

    /// Puts the call on a connection. False when the connection takes no more: the call stays pending.
    func start(on connection: ClientConnection) -> Bool {
        guard state == .pending else { return true }
        let session = connection.session
        let path = method.path
        let more = connection.addedFields(of: self)
        let size = connection.listSize(path: path, more)
        guard size <= Self.longestHead else {
            end(RPCError(code: .resourceExhausted, message: "\(size) bytes of metadata are more than a call can carry"))
            return true
        }
        do throws(HTTP2Error) {
            try connection.open(self, path: path, more, life: expires - loop.nowNanoseconds)
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
        unsafe kept.forEach { session.send($0.bytes, on: self) }
        if isFinished { session.finish(self) }
        connection.markDirty()
        return true
    }

    /// Longest header list that is put on the wire. 32 KiB: servers take 8 to 16, and nghttp2 sends at most 64.
    private static let longestHead = 32 * 1_024

    /// Ends the call on this side, and on the other if it is on the wire.
    func end(_ error: RPCError?) {
        guard state != .ended else { return }
        state = .ended
        if let error { failure = error }
        if let timer { loop.cancel(timer) }
        timer = nil
        stopKeeping()
        if unsafe mailbox == nil { resumeReplyWaiter() } else { endStreaming() }
        guard let observer else { return }
        self.observer = nil
        observer.ended(self, error)
    }

    private func endStreaming() {
        settleInitial()
        unsafe mailbox?.finish(failure.map { .failure($0) } ?? .success(()))
        resumeDrainWaiter()
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
        unsafe current.append(name: headerName, value: value)
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
        if unsafe !current.beginsAnswer(), receivedOtherHead() { return }
        state = .body
        unsafe deframer.takesCompressed = unsafe current.encoding == .gzip
        stopKeeping()
        initial = unsafe current.metadata
        if unsafe mailbox != nil { settleInitial() }
        unsafe current = ResponseHead()
        observer?.receivedHead(self)
    }

    /// True for a head that begins no answer: an interim one is passed over, any other ends the call.
    private func receivedOtherHead() -> Bool {
        if unsafe current.isInterim {
            unsafe current = ResponseHead()
            return true
        }
        guard let refusal = unsafe current.refusal else { return false }
        abandon(refusal)
        return true
    }

    private func receivedTrailers() {
        pushback = unsafe current.pushback
        if state == .head, let refusal = unsafe current.refusal {
            end(refusal)
            return
        }
        let metadata = unsafe current.metadata
        if !metadata.isEmpty { trailers.withLock { $0 = metadata } }
        if unsafe !current.saysOK(), case .failure(let error) = unsafe current.outcome {
            end(error)
        } else {
            let isWhole = unsafe deframer.isBetweenMessages
            end(isWhole ? nil : RPCError(code: .internal, message: "the answer ended inside a message"))
        }
        // The server has said everything; what this side still had to send is of no use.
        if !isFinished || outboundBytes > 0 { connection?.session.reset(self, .cancel) }
    }

    override func received(data: RawSpan) {
        guard state == .body else { return }
        unconsumed += data.byteCount
        var offset = 0
        do throws(RPCError) {
            while let message = unsafe try deframer.next(data, from: &offset) {
                try take(message, isCompressed: unsafe deframer.isCompressed)
            }
        } catch {
            abandon(error)
            return
        }
        giveBackWindow()
    }

    private func take(_ message: [UInt8], isCompressed: Bool) throws(RPCError) {
        if unsafe mailbox != nil {
            unsafe mailbox?.push(message, isCompressed: isCompressed)
            if let failure = unsafe mailbox?.inflateFailure { throw failure }
        } else {
            guard answer == nil else { throw Self.tooManyAnswers(method) }
            answer = (message, isCompressed)
        }
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
            unsafe current = ResponseHead()
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
        let reason = connection?.closeReason
        end(RPCError(code: reason?.code ?? .unavailable, message: reason.map { "\($0)" } ?? "the connection was lost"))
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
        await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                // Two branches, so that only the second makes a closure.
                if loop.isOnLoop {
                    unsafe begin(request, on: core, continuation)
                } else {
                    loop.submit { unsafe self.begin(request, on: core, continuation) }
                }
            }
        } onCancel: {
            cancel()
        }
        return try reply()
    }

    private func begin(_ request: FramedMessage, on core: ChannelCore, _ continuation: UnsafeContinuation<Void, Never>) {
        guard state != .ended else {
            // Its task was cancelled before the loop heard of the call.
            unsafe continuation.resume()
            return
        }
        sendOnly(request)
        unsafe replyWaiter = unsafe continuation
        core.submit(self)
    }

    private func resumeReplyWaiter() {
        guard let waiter = unsafe replyWaiter else { return }
        unsafe replyWaiter = nil
        unsafe waiter.resume()
    }

    /// What the call has brought. After its end, in any task: nothing of this is written any more.
    private func reply() throws(RPCError) -> UnaryReply {
        if let failure { throw failure }
        guard let answer else { throw Self.noAnswer(method) }
        let message = answer.isCompressed ? try inflated(answer.bytes) : answer.bytes
        return UnaryReply(message: message, initialMetadata: initial ?? Metadata(), trailingMetadata: trailingMetadata)
    }

    private func inflated(_ answer: [UInt8]) throws(RPCError) -> [UInt8] {
        try MessageCompression.inflate(answer, limit: unsafe deframer.maximumPayload)
    }

    // MARK: For OpenStream, from any task

    func nextNow() throws(RPCError) -> MessageAtHand {
        guard loop.isOnLoop, let result = poll() else { return .none }
        return try result.get().map { .message($0) } ?? .end
    }

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
            unsafe mailbox?.wait(continuation)
        }
    }

    /// What can be read now; an answer that cannot be inflated ends the call on the other side too.
    private func poll() -> Result<[UInt8]?, RPCError>? {
        let result = unsafe mailbox?.poll()
        if let failure = unsafe mailbox?.inflateFailure { abandon(failure) }
        if result != nil { giveBackWindow() }
        return result
    }

    /// A cancelled sender is left to `send`, which ends its call.
    func sendNow(_ message: FramedMessage) throws(RPCError) -> Bool {
        guard loop.isOnLoop, state != .ended, options.compression != .gzip, !Task.isCancelled else { return false }
        guard waitingBytes + message.bytes.count <= requestBufferBytes else { return false }
        append(message)
        return true
    }

    /// Bytes that wait to be sent; without a connection, too, a sender is held back once the buffer is full.
    private var waitingBytes: Int { state == .pending ? unsafe kept.byteCount : outboundBytes }

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
        unsafe hold(continuation, while: waitingBytes > requestBufferBytes)
    }

    /// Takes a message to be sent. No effect after the end. On the loop.
    func append(_ message: FramedMessage) {
        guard state != .ended else { return }
        if isReplayable {
            unsafe kept.append(message)
            // One message is kept whatever its size: its sender has made room for it already.
            if state != .pending, unsafe kept.byteCount > replayBufferBytes, unsafe kept.count > 1 { stopKeeping() }
        }
        guard state != .pending else { return }
        connection?.session.send(message.bytes, on: self)
        connection?.markDirty()
    }

    private func stopKeeping() {
        guard isReplayable else { return }
        isReplayable = false
        unsafe kept.removeAll()
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
        if let result = initialResult {
            unsafe continuation.resume(returning: result)
        } else {
            unsafe initialWaiters.append(continuation)
        }
    }

    var trailingMetadata: Metadata { trailers.withLock { $0 } }

    // MARK: Small parts

    private func giveBackWindow() {
        let waiting = unsafe mailbox?.heldBytes ?? (answer.map { $0.bytes.count + FramedMessage.prefixLength } ?? 0)
        let count = unconsumed - waiting
        guard count > 0, state != .ended, let connection else { return }
        // In steps that are worth a call; a reader that has caught up is told of even in the middle of one: its window may be due to grow.
        guard count >= connection.windowStep || (waiting == 0 && isWindowDue(after: count)) else { return }
        unconsumed -= count
        connection.consume(self, count, keepsUp: waiting == 0)
    }

    /// What those get who ask for the initial metadata; nil while the answer has not begun. Empty when it ended well without a head.
    private var initialResult: Result<Metadata, RPCError>? {
        if let initial { return .success(initial) }
        guard state == .ended else { return nil }
        return failure.map { .failure($0) } ?? .success(Metadata())
    }

    private func settleInitial() {
        guard unsafe !initialWaiters.isEmpty, let result = initialResult else { return }
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
