internal import SampanHTTP2
internal import SampanRPC

/// One call as the server carries it: a stream, its request, the task of its handler, its deadline.
///
/// ```
/// head ──► receiving (unary: until its message and END_STREAM) ──► running ──► ended
///   │                                                                ▲
///   └─► running at once (streaming) ─────────────────────────────────┘      refused, reset, expired ──► ended from anywhere
/// ```
/// Sendable: the handler's task may hold it anywhere, but every touch of its state is on the loop of its connection.
@safe final class ServerCall: HTTP2Stream, MessageSource, MessageSink, TimerTarget, @unchecked Sendable {
    private enum State {
        case head
        case receiving(MethodHandler)
        case running
        case ended
    }

    private let connection: ServerConnection
    private var state = State.head
    // Unchecked: nothing that head or deframer call comes back to this call, and the check cost more than they do.
    @exclusivity(unchecked) private var head = RequestHead()
    @exclusivity(unchecked) private var deframer: MessageDeframer
    private var context: CallContext?
    private var task: Task<Void, Never>?
    private var deadline: TimerID?
    private var started: ContinuousClock.Instant?
    private var unaryRequest: [UInt8]?
    private var mailbox = Mailbox()
    /// Bytes of the body whose window has not been given back yet.
    private var unconsumed = 0
    /// Bytes of requests that this call counts for in `ServerConnection.heldRequestBytes`.
    private(set) var heldBytes = 0
    private var hasSentHead = false
    /// Whether the head of the answer has named gzip.
    private var compresses = false
    private var drainWaiter: UnsafeContinuation<Bool, Never>?

    private var loop: EventLoop { connection.loop }

    init(connection: ServerConnection) {
        self.connection = connection
        unsafe deframer = MessageDeframer(maximumPayload: connection.server.configuration.maximumMessageBytes)
        mailbox.maximumPayload = unsafe deframer.maximumPayload
    }

    // MARK: From the wire

    override func received(headerName: Span<UInt8>, value: Span<UInt8>) -> Bool {
        unsafe head.append(name: headerName, value: value) { connection.server.routes[$0] }
        return true
    }

    override func receivedHeaders(endStream: Bool) {
        guard case .head = state else {
            if endStream { receivedEnd() }
            return
        }
        switch unsafe head.verdict() {
        case .refuse(let status): refuse(httpStatus: status)
        case .fail(let error): end(error)
        case .accept(let handler): begin(handler, endStream: endStream)
        }
    }

    override func received(data: RawSpan) {
        guard !hasEnded else { return }
        unconsumed += data.byteCount
        var offset = 0
        do throws(RPCError) {
            while let message = unsafe try deframer.next(data, from: &offset) {
                try take(message, isCompressed: unsafe deframer.isCompressed)
            }
        } catch {
            end(error)
            return
        }
        giveBackWindow()
        if connection.holdsTooMuch { connection.shedRequests() }
    }

    override func receivedEnd() {
        guard !hasEnded else { return }
        guard unsafe deframer.isBetweenMessages else {
            end(RPCError(code: .internal, message: "the request ended inside a message"))
            return
        }
        switch state {
        case .receiving(let handler):
            guard let request = unaryRequest else {
                end(RPCError(code: .internal, message: "a unary call came without its message"))
                return
            }
            unaryRequest = nil
            account()
            runUnary(handler, request)
        case .running: mailbox.finish(.success(()))
        case .head, .ended: break
        }
    }

    override func outboundDrained() {
        resumeDrainWaiter(true)
    }

    override func closed(_ code: HTTP2ErrorCode) {
        let wasRunning = !hasEnded
        finishState()
        if let deadline { loop.cancel(deadline) }
        deadline = nil
        if wasRunning {
            report(code == .cancel || code == .connectionLost ? .cancelled : .internal)
        }
        task?.cancel()
        task = nil
        connection.callEnded()
    }

    /// The deadline, and once more for a client that does not take the answer: its stream must not live for ever.
    func timerFired() {
        deadline = nil
        guard !hasEnded else {
            connection.session.reset(self, .cancel)
            connection.markDirty()
            return
        }
        let left = (context?.deadline ?? loop.now) - loop.now
        if case .running = state, left > .milliseconds(2) {
            // The timer was set for the request, which has come since.
            deadline = loop.schedule(after: left, self)
            return
        }
        end(RPCError(code: .deadlineExceeded, message: "the deadline of the call has passed"))
        deadline = loop.schedule(after: connection.server.configuration.statusDeliveryTimeout, self)
        task?.cancel()
    }

    // MARK: Start

    private func begin(_ handler: MethodHandler, endStream: Bool) {
        let configuration = connection.server.configuration
        let life = unsafe min(head.timeout ?? configuration.maximumCallDuration, configuration.maximumCallDuration)
        // The request of a unary call has a time of its own; `timerFired` gives its handler the rest.
        let duration = if case .unary = handler.body { min(life, configuration.requestTimeout) } else { life }
        let context = unsafe CallContext(
            method: handler.method, peer: connection.peer, requestMetadata: head.metadata, deadline: loop.now + life)
        self.context = context
        started = loop.now
        for interceptor in connection.server.interceptors {
            do throws(RPCError) {
                try interceptor.admit(context)
            } catch {
                end(error)
                return
            }
        }
        unsafe deframer.takesCompressed = unsafe head.encoding == .gzip
        if let limit = connection.server.messageLimits?[handler] {
            unsafe deframer.maximumPayload = limit
            mailbox.maximumPayload = limit
        }
        if connection.isDraining {
            drain()
            guard !hasEnded else { return }
        }
        deadline = loop.schedule(after: duration, self)
        switch handler.body {
        case .unary:
            state = .receiving(handler)
            if endStream { receivedEnd() }
        case .streaming(let body):
            state = .running
            if endStream { mailbox.finish(.success(())) }
            task = Task.immediate(executorPreference: loop) {
                await self.complete(context) { () async throws -> Void in try await body(self, self, context) }
            }
        }
    }

    private func runUnary(_ handler: MethodHandler, _ request: [UInt8]) {
        guard case .unary(let body) = handler.body, let context else { return }
        state = .running
        task = Task.immediate(executorPreference: loop) {
            await self.complete(context) { () async throws -> Void in
                let reply = try await body(request, context)
                self.sendReply(reply)
            }
        }
    }

    /// Runs a handler and ends the call with what became of it. The task prefers the loop, so both ends of the await are on it.
    private func complete(_ context: CallContext, _ body: () async throws -> Void) async {
        do {
            try await CallContext.$current.withValue(context) { try await body() }
            end(nil)
        } catch {
            end(RPCError(translating: error))
        }
    }

    private func take(_ message: [UInt8], isCompressed: Bool) throws(RPCError) {
        switch state {
        case .receiving:
            guard unaryRequest == nil else {
                throw RPCError(code: .internal, message: "a unary call came with more than one message")
            }
            unaryRequest = unsafe isCompressed ? try MessageCompression.inflate(message, limit: deframer.maximumPayload) : message
            if isCompressed { context?.lastRequestWasCompressed = true }
        case .running:
            mailbox.push(message, isCompressed: isCompressed)
            noteCompression()
            if let failure = mailbox.inflateFailure { throw failure }
        case .head, .ended: break
        }
    }

    // MARK: MessageSource, for the handler

    func next() async throws(RPCError) -> [UInt8]? {
        if loop.isOnLoop, let result = poll() { return try result.get() }
        let ticket = ReadTicket()
        let result = await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                loop.perform {
                    if let result = self.poll() {
                        unsafe continuation.resume(returning: result)
                    } else {
                        unsafe self.mailbox.wait(continuation, ticket: ticket)
                    }
                }
            }
        } onCancel: {
            ticket.cancel()
            loop.submit { self.mailbox.cancelReader(ticket) }
        }
        return try result.get()
    }

    private func poll() -> Result<[UInt8]?, RPCError>? {
        guard let result = mailbox.poll() else { return nil }
        giveBackWindow()
        noteCompression()
        return result
    }

    /// Tells the handler's context of the message that was taken last; nothing to tell in a call without an encoding.
    private func noteCompression() {
        if unsafe deframer.takesCompressed { context?.lastRequestWasCompressed = mailbox.lastWasCompressed }
    }

    /// Bytes of messages that wait for the handler keep their part of the stream's window; all others give it back.
    private func giveBackWindow() {
        account()
        let count = unconsumed - mailbox.heldBytes
        guard count > 0 else { return }
        unconsumed -= count
        connection.consume(self, count, keepsUp: mailbox.heldBytes == 0)
    }

    /// Tells the connection how much this call holds: parts of messages, and whole ones whose handler has not taken them.
    private func account() {
        let now = unsafe hasEnded ? 0 : deframer.heldBytes + mailbox.heldBytes + (unaryRequest?.count ?? 0)
        connection.heldRequestBytes += now - heldBytes
        heldBytes = now
    }

    // MARK: MessageSink, for the handler

    func send(_ message: FramedMessage) async throws(RPCError) {
        if loop.isOnLoop, !hasEnded, outboundBytes < connection.server.configuration.responseBufferBytes {
            write(message)
            guard !hasEnded else { throw RPCError(code: .cancelled, message: "the call has ended") }
            return
        }
        let isOpen = unsafe await withUnsafeContinuation { continuation in
            loop.perform { unsafe self.enqueue(message, continuation) }
        }
        guard isOpen else { throw RPCError(code: .cancelled, message: "the call has ended") }
    }

    private func enqueue(_ message: FramedMessage, _ continuation: UnsafeContinuation<Bool, Never>) {
        guard !hasEnded else {
            unsafe continuation.resume(returning: false)
            return
        }
        write(message)
        if hasEnded {
            unsafe continuation.resume(returning: false)
        } else if outboundBytes < connection.server.configuration.responseBufferBytes || (unsafe drainWaiter != nil) {
            unsafe continuation.resume(returning: true)
        } else {
            unsafe drainWaiter = unsafe continuation
        }
    }

    private func write(_ message: FramedMessage) {
        sendHead()
        guard compresses, let context, context.compressesResponses else {
            connection.session.send(message.bytes, on: self)
            connection.markDirty()
            return
        }
        do throws(RPCError) {
            connection.session.send(try MessageCompression.compress(message).bytes, on: self)
            connection.markDirty()
        } catch {
            end(error)
        }
    }

    private func resumeDrainWaiter(_ isOpen: Bool) {
        guard let waiter = unsafe drainWaiter else { return }
        unsafe drainWaiter = nil
        unsafe waiter.resume(returning: isOpen)
    }

    /// The connection is going away. A stream that only tells (a watch) would last as long as there is something to tell: it ends now, and
    /// its caller asks another node, or this one when it is back. Everything else may finish.
    func drain() {
        guard !hasEnded, let method = context?.method, method.kind == .serverStreaming, method.idempotency == .noSideEffects else { return }
        end(RPCError(code: .unavailable, message: "the connection is going away; ask again"))
        task?.cancel()
    }

    // MARK: End

    /// Bytes that wait because of this call, in both directions.
    var weight: Int { heldBytes + outboundBytes }

    /// Too much waits, and most of it for this call: it ends, and lets go of all of it.
    func shed(_ error: RPCError) {
        let waits = outboundBytes > 0
        end(error)
        // A status behind bytes that the client does not take would never arrive.
        if waits { connection.session.reset(self, .enhanceYourCalm) }
        mailbox.discard()
        unsafe deframer = MessageDeframer(maximumPayload: 0)
        connection.markDirty()
    }

    private var hasEnded: Bool {
        if case .ended = state { true } else { false }
    }

    private func sendReply(_ reply: FramedMessage) {
        loop.assertOnLoop()
        guard !hasEnded else { return }
        write(reply)
    }

    private func sendHead() {
        guard !hasSentHead else { return }
        hasSentHead = true
        let metadata = context?.takeInitialMetadata() ?? Metadata()
        compresses = unsafe head.acceptsGzip && context?.compressesResponses == true
        if metadata.isEmpty, !compresses {
            let fields = unsafe head.namesEncodings ? ResponseFields.headNamingEncodings : ResponseFields.head
            connection.session.submitResponse(fields, stream: self)
        } else {
            let fields = unsafe ResponseFields.head(metadata, namesEncodings: head.namesEncodings, compresses: compresses)
            connection.session.submitResponse(fields, stream: self)
        }
    }

    /// Answers with a status, nil for OK. The first end counts; what a handler does later goes nowhere.
    private func end(_ error: RPCError?) {
        loop.assertOnLoop()
        guard !hasEnded else { return }
        let trailing = context?.trailingMetadata ?? Metadata()
        let session = connection.session
        if error == nil, trailing.isEmpty {
            sendHead()
            session.finish(self, trailers: ResponseFields.okTrailers)
        } else if hasSentHead || error == nil {
            sendHead()
            session.finish(self, trailers: ResponseFields.trailers(error, trailing))
        } else {
            session.submitResponseOnly(ResponseFields.trailersOnly(error, trailing), stream: self)
        }
        finishState()
        report(error?.code ?? .ok)
        connection.markDirty()
    }

    private func refuse(httpStatus: Int) {
        connection.session.submitResponseOnly(ResponseFields.bare(httpStatus: httpStatus), stream: self)
        finishState()
        connection.markDirty()
    }

    private func finishState() {
        state = .ended
        unaryRequest = nil
        account()
        mailbox.finish(.failure(RPCError(code: .cancelled, message: "the call has ended")))
        resumeDrainWaiter(false)
    }

    private func report(_ code: StatusCode) {
        guard let context, let started else { return }
        for interceptor in connection.server.interceptors {
            interceptor.finished(context, code, duration: loop.now - started)
        }
    }
}
