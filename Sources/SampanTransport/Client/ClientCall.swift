internal import SampanHTTP2
internal import SampanRPC
internal import Synchronization

/// One call as its caller in this process reads it: message by message, or as one answer.
///
/// Sendable: any task may hold it; its state is touched on the loop of its channel only, `trailers` is behind a lock.
@safe final class ClientCall: OutboundCall, @unchecked Sendable {
    /// Held until the end of the call; nil for most.
    var observer: (any CallObserver)?
    private let requestBufferBytes: Int
    /// Of the answer, once it has begun.
    private var initial: Metadata?
    // Unchecked, here and below: nothing that these call comes back to this call, and the check cost more than they do.
    @exclusivity(unchecked) private var initialWaiters: [UnsafeContinuation<Result<Metadata, RPCError>, Never>] = unsafe []
    @exclusivity(unchecked) private var deframer: MessageDeframer
    /// Of a call that is read message by message; a unary one has `answer` in its place.
    @exclusivity(unchecked) private var mailbox: Mailbox?
    private var drainWaiter: UnsafeContinuation<Result<Void, RPCError>, Never>?
    /// Who made the call as one request for one answer, and reads nothing of it before its end.
    private var replyWaiter: UnsafeContinuation<Void, Never>?
    /// The answer of a unary call as it came: compressed, it waits as small as the server has sent it.
    private var answer: (bytes: [UInt8], isCompressed: Bool)?
    private let trailers = Mutex(Metadata())

    /// - Parameter isUnary: whether the call is made by `unary`, and not for `OpenStream`.
    init(
        method: MethodDescriptor, options: CallOptions, loop: EventLoop, expires: Int64, limits: CallLimits, attempt: Int = 0,
        isUnary: Bool = false
    ) {
        requestBufferBytes = limits.requestBufferBytes
        let maximumPayload = options.maximumResponseBytes ?? limits.messageBytes
        unsafe deframer = MessageDeframer(maximumPayload: maximumPayload)
        unsafe mailbox = isUnary ? nil : Mailbox(maximumPayload: maximumPayload)
        super.init(
            method: method, options: options, loop: loop, expires: expires, replayBufferBytes: limits.replayBufferBytes, attempt: attempt)
    }

    override var isUnary: Bool { unsafe mailbox == nil }

    // MARK: From the call, on the loop

    override func addedFields() -> HeaderBlock? {
        guard options.compression == .gzip || attempt > 0 || !options.metadata.isEmpty else { return nil }
        var block = HeaderBlock()
        if options.compression == .gzip { block.append("grpc-encoding", "gzip") }
        if attempt > 0 { block.append("grpc-previous-rpc-attempts", "\(attempt)") }
        block.append(options.metadata)
        return block
    }

    override func answerBegan() {
        unsafe deframer.takesCompressed = unsafe current.encoding == .gzip
        initial = unsafe current.metadata
        if unsafe mailbox != nil { settleInitial() }
        observer?.receivedHead(self)
    }

    override func received(trailers metadata: Metadata, saysOK: Bool) -> RPCError? {
        if !metadata.isEmpty { trailers.withLock { $0 = metadata } }
        guard saysOK, unsafe !deframer.isBetweenMessages else { return nil }
        return RPCError(code: .internal, message: "the answer ended inside a message")
    }

    override func ended() {
        if unsafe mailbox == nil { resumeReplyWaiter() } else { endStreaming() }
        guard let observer else { return }
        self.observer = nil
        observer.ended(self, failure)
    }

    private func endStreaming() {
        settleInitial()
        unsafe mailbox?.finish(failure.map { .failure($0) } ?? .success(()))
        resumeDrainWaiter()
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

    override func outboundDrained() {
        resumeDrainWaiter()
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
    func append(_ message: FramedMessage) { append(message.bytes) }

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

    /// Queues a message without waiting for room. On the loop; for the one message of a unary call.
    func sendOnly(_ message: FramedMessage) {
        append(message)
        sendsNoMore()
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
        giveBackWindow(waiting: unsafe mailbox?.heldBytes ?? (answer.map { $0.bytes.count + FramedMessage.prefixLength } ?? 0))
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
