internal import SampanHTTP2
internal import SampanRPC

/// One call as the server carries it: a stream, its request, the worker of its handler, its deadline.
///
/// ```
/// head ──► receiving (unary: until its message and END_STREAM) ──► running ──► ended
///   │                                                                ▲
///   └─► running at once (streaming) ─────────────────────────────────┘      refused, reset, expired ──► ended from anywhere
/// ```
/// Sendable: the handler's task may hold it anywhere, but every touch of its state is on the loop of its connection.
@safe final class ServerCall: HTTP2Stream, TimerTarget, @unchecked Sendable {
    enum State { case head, receiving, running, ended }

    // What counts against the turn of its connection beside its frames, in frames of some 2 µs.
    /// A call that streams has its handler started, and a mailbox made, by its head alone.
    static let workOfStreaming = 2
    /// A call that is refused, or given up, before its answer began: an answer of its own, or a handler that has to hear of it.
    static let workOfFailure = 1

    let connection: ServerConnection
    // Of the connection, and here as well: what is two steps away is counted each time that it is used.
    let loop: EventLoop
    let session: HTTP2Session
    let server: ServerState
    let workers: CallWorkers
    let load: LoopLoad
    var state = State.head
    // Unchecked, here and below: nothing that these call comes back to this call, and the check cost more than they do.
    @exclusivity(unchecked) var head = RequestHead()
    @exclusivity(unchecked) var deframer: MessageDeframer
    /// Of a streaming call, from its start.
    @exclusivity(unchecked) var mailbox: Mailbox?
    // Not held: the routes of the server hold it.
    @exclusivity(unchecked) private(set) unowned(unsafe) var handler: MethodHandler?
    private(set) var context: CallContext?
    var isUnary: Bool { context?.method.kind == .unary }
    /// Runs the handler; nil before that begins and after it has returned.
    // Not held: a worker lives while it runs a handler, and tells this call of the end.
    @exclusivity(unchecked) private unowned(unsafe) var worker: CallWorker?
    private var deadline: TimerID?
    /// Whether `deadline` is the time that its status has to arrive.
    private var isDelivering = false
    /// On the loop's clock, in nanoseconds.
    private(set) var began: Int64 = 0
    var expires: Int64 = 0
    private(set) var unaryRequest: [UInt8]?
    /// Bytes of the body whose window has not been given back yet.
    private var unconsumed = 0
    /// Bytes of requests that this call counts for in `ServerConnection.heldRequestBytes`.
    private(set) var heldBytes = 0
    var hasSentHead = false
    /// When that was, on the loop's clock.
    var answerBegan: Int64 = 0
    /// Whether the head of the answer has named gzip.
    var compresses = false
    var drainWaiter: UnsafeContinuation<Bool, Never>?
    /// Where it is counted; nil until it is known what it is.
    // Not held: it lives as long as the loop, and every call would pay for the count.
    @exclusivity(unchecked) var series: Unmanaged<CallSeries>?
    /// Nil unless it is recorded for a trace.
    @exclusivity(unchecked) var span: OpenSpan?
    /// Of a call that came in by a door to the web.
    var web: WebCall?
    /// When it was there for its handler, in nanoseconds of the loop's clock.
    var arrived: Int64 = 0
    /// Its place in the order in which calls are refused.
    var rank = CallRank.highest
    /// How much it matters, as far as its caller may say so.
    var priority = CallPriority.normal
    /// On whose account it is open; nil once it has ended, and where that is not counted.
    // Not held: an account with a call open is never forgotten (`CallerLedger`).
    @exclusivity(unchecked) var charged: Unmanaged<CallerAccount>?
    /// The half that goes on to another node, of a call that is relayed.
    var leg: RelayedCall?

    init(connection: ServerConnection) {
        self.connection = connection
        loop = connection.loop
        session = connection.session
        server = connection.server
        workers = connection.workers
        load = connection.load
        unsafe deframer = MessageDeframer(maximumPayload: connection.server.configuration.maximumMessageBytes)
    }

    /// Makes a call that is over, and that nobody else holds, fit for another stream of its connection, as if it were new.
    func reuse() {
        renew()
        state = .head
        unsafe head = RequestHead()
        unsafe deframer = MessageDeframer(maximumPayload: server.configuration.maximumMessageBytes)
        unsafe mailbox = nil
        unsafe handler = nil
        context = nil
        unsafe worker = nil
        deadline = nil
        unaryRequest = nil
        unconsumed = 0
        hasSentHead = false
        compresses = false
        unsafe series = nil
        leg = nil
        web = nil
        isDelivering = false
    }

    // MARK: From the wire

    override func received(headerName: Span<UInt8>, value: Span<UInt8>) -> Bool {
        unsafe head.append(name: headerName, value: value) { connection.handler(of: $0) }
        return true
    }

    override var keepsHeads: Bool { true }

    override func keepHead() { unsafe connection.keptHead = unsafe head }

    override func restoreHead() { unsafe head = unsafe connection.keptHead }

    override func receivedHeaders(endStream: Bool) {
        guard case .head = state else {
            if endStream { receivedEnd() }
            return
        }
        switch unsafe head.verdict(isRouted: server.isRouted) {
        case .refuse(let status):
            if let doors = server.configuration.web { enter(doors, endStream: endStream) } else { refuse(httpStatus: status) }
        case .fail(let error): end(error)
        case .accept(let handler):
            unsafe count(in: connection.series(of: handler))
            begin(handler, connection.peer, endStream: endStream)
        case .route(let path): route(path, endStream: endStream)
        }
    }

    override func received(data: RawSpan) {
        guard !hasEnded, !connection.isRefused else { return }
        unconsumed += data.byteCount
        unsafe series?._withUnsafeGuaranteedRef { unsafe $0.requestBytes &+= UInt64(truncatingIfNeeded: data.byteCount) }
        if let web { return receive(data, web) }
        if let leg { return relay(data, leg) }
        var offset = 0
        do throws(RPCError) {
            while let message = unsafe try deframer.next(data, from: &offset) {
                session.noteWork()
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
        guard !hasEnded, !connection.isRefused else { return }
        if let web, !takeEnd(web) { return }
        if let leg { return leg.finishSending() }
        guard unsafe deframer.isBetweenMessages else {
            end(RPCError(code: .internal, message: "the request ended inside a message"))
            return
        }
        switch state {
        case .receiving:
            guard unaryRequest != nil else {
                end(RPCError(code: .internal, message: "a unary call came without its message"))
                return
            }
            state = .running
            workers.run(self)
        case .running: unsafe mailbox?.finish(.success(()))
        case .head, .ended: break
        }
    }

    override func outboundDrained() {
        resumeDrainWaiter(true)
        leg?.answerTaken(waiting: 0)
    }

    override func closed(_ code: HTTP2ErrorCode) {
        let wasRunning = !hasEnded
        if wasRunning {
            recordAbandoned(code)
            finishState()
            session.noteWork(frames: Self.workOfFailure)
        }
        if let deadline { loop.cancel(deadline) }
        deadline = nil
        if wasRunning {
            report(code == .cancel || code == .connectionLost ? .cancelled : .internal)
        }
        stopHandler()
        connection.callEnded(self)
    }

    // MARK: Deadline

    /// Called at the end of the turn in which the call began: most calls have ended by then and never need a timer.
    func arm() {
        guard !hasEnded else { return }
        // The request of a unary call has a time of its own; `timerFired` gives its handler the rest.
        let limit = if case .receiving = state { min(expires, began + server.requestTimeout) } else { expires }
        deadline = loop.schedule(at: limit, self)
    }

    /// The deadline, and once more for a client that does not take the answer: its stream must not live for ever.
    func timerFired() {
        deadline = nil
        guard !hasEnded else {
            // A call that ended a moment before its deadline has the same time for its status to arrive as one that ended by it.
            guard isDelivering else { return awaitDelivery() }
            session.reset(self, .cancel)
            connection.markDirty()
            return
        }
        if case .running = state, expires - loop.nowNanoseconds > TimerWheel.tick {
            // The timer was set for the request, which has come since.
            deadline = loop.schedule(at: expires, self)
            return
        }
        end(RPCError(code: .deadlineExceeded, message: "the deadline of the call has passed"))
        awaitDelivery()
        stopHandler()
    }

    private func awaitDelivery() {
        isDelivering = true
        deadline = loop.schedule(after: server.configuration.statusDeliveryTimeout, self)
    }

    // MARK: Start

    func begin(_ handler: MethodHandler, _ caller: Peer, endStream: Bool) {
        unsafe self.handler = handler
        guard isAdmitted(handler.method, caller) else { return }
        if unsafe head.encoding == .gzip { unsafe deframer.takesCompressed = true }
        if let limit = server.messageLimits?[handler] { unsafe deframer.maximumPayload = limit }
        if connection.isDraining {
            drain()
            guard !hasEnded else { return }
        }
        connection.begun(self)
        if handler.isUnary {
            state = .receiving
            if endStream { receivedEnd() }
        } else {
            state = .running
            session.noteWork(frames: Self.workOfStreaming)
            unsafe mailbox = Mailbox(maximumPayload: deframer.maximumPayload)
            if endStream { unsafe mailbox?.finish(.success(())) }
            workers.run(self)
        }
    }

    /// Gives the call its context; false where it has ended, refused.
    func isAdmitted(_ method: MethodDescriptor, _ caller: Peer) -> Bool {
        began = loop.nowNanoseconds
        if let refusal = connection.refusal(of: method) {
            end(refusal)
            return false
        }
        let longest = server.maximumCallDuration
        let life = unsafe min(head.timeoutNanoseconds ?? longest, longest)
        guard enter(method, caller) else { return false }
        expires = began + life
        let context = unsafe CallContext(
            method: method, peer: caller, requestMetadata: head.metadata, priority: priority, from: loop.start.instant,
            until: expires - loop.start.nanoseconds, span: unsafe span?.recorded)
        self.context = context
        guard let interceptors = server.interceptors else { return true }
        for interceptor in interceptors {
            do throws(RPCError) {
                try interceptor.admit(context)
            } catch {
                end(error)
                return false
            }
        }
        return true
    }

    // MARK: For the worker

    /// What `worker` is to run; nil for a call that has ended before its handler began.
    @inline(__always) func takeStart(_ worker: CallWorker) -> Start? {
        guard !hasEnded, !connection.isRefused, let handler = unsafe handler, let context else { return nil }
        guard connection.takesCalls else {
            // Others of this turn have filled it meanwhile. No handler has seen the call, so its caller may send it again.
            session.reset(self, .refusedStream)
            connection.markDirty()
            finishState()
            report(.unavailable)
            return nil
        }
        guard workers.starts(self) else {
            end(load.lateRefusal)
            return nil
        }
        unsafe self.worker = worker
        let request = unaryRequest.take() ?? []
        account()
        return Start(body: handler.body, request: request, context: context)
    }

    /// Ends the call with what its unary handler has answered.
    func answer(_ reply: FramedMessage) {
        loop.assertOnLoop()
        unsafe worker = nil
        guard !hasEnded else { return }
        write(reply)
        end(nil)
    }

    /// The handler of a streaming call has said everything.
    func handlerReturned() {
        unsafe worker = nil
        end(nil)
    }

    func handlerFailed(_ error: any Error) {
        unsafe worker = nil
        end(RPCError(translating: error), .handler)
    }

    /// Cancels the handler, and with it everything that it has started; one that has not begun never does.
    private func stopHandler() {
        unsafe worker?.cancel()
    }

    func take(_ message: consuming [UInt8], isCompressed: Bool) throws(RPCError) {
        switch state {
        case .receiving:
            guard unaryRequest == nil else {
                throw RPCError(code: .internal, message: "a unary call came with more than one message")
            }
            unaryRequest = unsafe isCompressed ? try MessageCompression.inflate(message, limit: deframer.maximumPayload) : message
            if isCompressed { context?.lastRequestWasCompressed = true }
        case .running:
            unsafe mailbox?.push(message, isCompressed: isCompressed)
            noteCompression()
            if let failure = unsafe mailbox?.inflateFailure { throw failure }
        case .head, .ended: break
        }
    }

    // MARK: Windows

    /// Bytes of messages that wait for the handler keep their part of the stream's window; all others give it back, in steps that are
    /// worth a call.
    func giveBackWindow() {
        account()
        let waiting = unsafe leg?.waitingBytes ?? mailbox?.heldBytes ?? 0
        let count = unconsumed - waiting
        // A reader that has caught up is told of even in the middle of a step: its window may be due to grow.
        guard count >= connection.windowStep || (waiting == 0 && isWindowDue(after: count)) else { return }
        unconsumed -= count
        connection.consume(self, count, keepsUp: waiting == 0)
    }

    /// Tells the connection how much this call holds: parts of messages, and whole ones whose handler has not taken them.
    func account() {
        let now =
            unsafe hasEnded
            ? 0 : deframer.heldBytes + (mailbox?.heldBytes ?? 0) + (unaryRequest?.count ?? leg?.heldBytes ?? web?.heldBytes ?? 0)
        guard now != heldBytes else { return }
        unsafe connection.heldRequestBytes += now - heldBytes
        heldBytes = now
    }

    // MARK: End

    /// The connection is going away. A stream that only tells (a watch) would last as long as there is something to tell: it ends now, and
    /// its caller asks another node, or this one when it is back. Everything else may finish.
    func drain() {
        guard !hasEnded, let method = context?.method, method.kind == .serverStreaming, method.idempotency == .noSideEffects else { return }
        end(RPCError(code: .unavailable, message: "the connection is going away; ask again"))
        stopHandler()
    }

    /// Bytes that wait because of this call, in both directions.
    var weight: Int { heldBytes + outboundBytes }

    /// Too much waits, and most of it for this call: it ends, and lets go of all of it.
    func shed(_ error: RPCError) {
        let waits = outboundBytes > 0
        end(error)
        // A status behind bytes that the client does not take would never arrive.
        if waits { session.reset(self, .enhanceYourCalm) }
        unsafe mailbox?.discard()
        unsafe deframer = MessageDeframer(maximumPayload: 0)
        connection.markDirty()
    }

    /// The peer is not let in any more: the call ends with `reason`, whatever waits in it is thrown away, and its handler is cancelled. An
    /// answer that was given and has not gone out is not given.
    func cut(_ why: RPCError) {
        let reason = hasEnded ? why : identified(why, .here, nil)
        if let web, !hasEnded, !hasSentHead {
            finish(web, reason, Metadata())
        } else if hasSentHead {
            session.cutShort(self, trailers: ResponseFields.trailers(reason, Metadata()))
        } else if !hasEnded {
            session.submitResponseOnly(ResponseFields.trailersOnly(reason, Metadata()), stream: self)
        }
        if !hasEnded {
            finishState()
            report(reason.code)
        }
        unsafe mailbox?.discard()
        stopHandler()
        connection.markDirty()
    }

    var hasEnded: Bool { state == .ended }

    /// - Parameter isRelayedCompressed: whether the body comes from another node, which compresses it.
    func sendHead(isRelayedCompressed: Bool = false) {
        guard !hasSentHead else { return }
        noteHead()
        let metadata = context?.takeInitialMetadata() ?? Metadata()
        compresses = unsafe isRelayedCompressed || head.acceptsGzip && context?.compressesResponses == true
        if metadata.isEmpty, !compresses {
            let fields = unsafe head.namesEncodings ? ResponseFields.headNamingEncodings : ResponseFields.head
            session.submitResponse(fields, stream: self)
        } else {
            let fields = unsafe ResponseFields.head(metadata, namesEncodings: head.namesEncodings, compresses: compresses)
            session.submitResponse(fields, stream: self)
        }
    }

    /// Answers with a status, nil for OK. The first end counts; what a handler does later goes nowhere.
    /// - Parameters:
    ///   - origin: where a failure was made.
    ///   - endedLeg: of a relayed call whose other half has ended.
    func end(_ failure: RPCError?, _ origin: CallRecord.Origin = .here, _ endedLeg: RelayedCall? = nil) {
        loop.assertOnLoop()
        guard !hasEnded else { return }
        guard let failure else { return conclude(nil) }
        conclude(identified(failure, origin, endedLeg))
    }

    /// Inlined, so that the way of a call that does well has no question about failures in it.
    @inline(__always) private func conclude(_ error: RPCError?) {
        let trailing = context?.trailingMetadata ?? Metadata()
        if let web {
            finish(web, error, trailing)
        } else if error == nil, trailing.isEmpty {
            sendHead()
            session.finish(self, trailers: ResponseFields.okTrailers)
        } else if hasSentHead || error == nil {
            sendHead()
            session.finish(self, trailers: ResponseFields.trailers(error, trailing))
        } else {
            session.noteWork(frames: Self.workOfFailure)
            session.submitResponseOnly(ResponseFields.trailersOnly(error, trailing), stream: self)
        }
        finishState()
        report(error?.code ?? .ok)
        connection.markDirty()
    }

    func refuse(httpStatus: Int) { refuse(ResponseFields.bare(httpStatus: httpStatus)) }

    /// Answers with a head alone.
    func refuse(_ head: HeaderBlock) {
        session.noteWork(frames: Self.workOfFailure)
        session.submitResponseOnly(head, stream: self)
        finishState()
        connection.markDirty()
    }

    func finishState() {
        state = .ended
        if let account = unsafe charged {
            unsafe charged = nil
            unsafe account._withUnsafeGuaranteedRef { $0.leave() }
        }
        unaryRequest = nil
        leg?.drop(isLate: loop.nowNanoseconds >= expires)
        leg = nil
        account()
        guard unsafe mailbox != nil else { return }
        unsafe mailbox?.finish(.failure(RPCError(code: .cancelled, message: "the call has ended")))
        resumeDrainWaiter(false)
    }

    func report(_ code: StatusCode) {
        countEnd(code, began: began, now: loop.nowNanoseconds)
        if unsafe loop.nowNanoseconds &- began > loop.slowThreshold, code == .ok { recordSlow() }
        guard let interceptors = server.interceptors, let context else { return }
        for interceptor in interceptors {
            interceptor.finished(context, code, duration: .nanoseconds(loop.nowNanoseconds - began))
        }
    }
}
