internal import SampanHTTP2
internal import SampanRPC

/// A call as a channel carries it over its connections, whatever its answer is for.
///
/// ```
/// pending (no connection yet) ──► head (on the wire) ──► body ──► ended
///    ▲                              │ never left this side, or refused by the server for the first time
///    └──────────────────────────────┘ (transparent retry, gRFC A6)
/// ```
/// The same object goes on to the next connection, with what it has sent so far: nothing is made for a retry that hardly ever comes.
/// Subclassed for what becomes of the answer. Sendable: any task may hold it; its state is touched on the loop of its channel only.
@safe class OutboundCall: HTTP2Stream, TimerTarget, @unchecked Sendable {
    enum State {
        case pending, head, body, ended
    }

    final let method: MethodDescriptor
    final let options: CallOptions
    final let loop: EventLoop
    /// The deadline, on the loop's clock in nanoseconds.
    final let expires: Int64
    /// How many attempts of the same call a policy has made before this one.
    final let attempt: Int
    private let replayBufferBytes: Int
    /// From the start on the wire to the end of the stream.
    private(set) final var connection: ClientConnection?
    private(set) final var state = State.pending
    // Unchecked, here and below: nothing that these call comes back to this call, and the check cost more than they do.
    @exclusivity(unchecked) private(set) final var current = ResponseHead()
    private var timer: TimerID?
    /// What was sent so far, for as long as it may have to be sent on another connection: until an answer begins.
    @exclusivity(unchecked) private(set) final var kept = KeptBytes()
    /// Whether `kept` is all that was sent.
    private var isReplayable = true
    private var wasRefused = false
    /// Whether nothing more will be sent.
    private(set) final var isFinished = false
    private(set) final var failure: RPCError?
    /// What the server said of another attempt.
    private(set) final var pushback: Pushback?
    /// Bytes of the answer whose window has not been given back yet.
    final var unconsumed = 0
    /// When its head was put on the wire, in nanoseconds of the loop's clock.
    private(set) final var began: Int64 = 0
    /// Where it is counted, once it is on the wire.
    @exclusivity(unchecked) final var series: CallSeries?

    init(
        method: MethodDescriptor, options: CallOptions, loop: EventLoop, expires: Int64, replayBufferBytes: Int, attempt: Int = 0
    ) {
        self.method = method
        self.options = options
        self.loop = loop
        self.expires = expires
        self.attempt = attempt
        self.replayBufferBytes = replayBufferBytes
    }

    final var hasEnded: Bool { state == .ended }
    /// How the call has ended; OK before that.
    final var status: StatusCode { failure?.code ?? .ok }

    // MARK: For subclasses

    /// Whether the call is one request for one answer, as far as is known.
    var isUnary: Bool { false }
    /// Whether its head goes on the wire as somebody else has made it, and says nothing of this side.
    var isRelayed: Bool { false }
    /// What the head of the call says beside what every head says; nil for most.
    func addedFields() -> HeaderBlock? { nil }
    /// The head of the answer is there, in `current`.
    func answerBegan() {}
    /// The trailers of a call that did well; why they come too early, or nil.
    func received(trailers: Metadata, saysOK: Bool) -> RPCError? { nil }
    /// Its connection has ended without an answer to it; it may be made again on another.
    func lost(_ connection: ClientConnection, _ cause: RPCError) {}
    /// Has ended, with what is in `failure`. Once.
    func ended() {}

    // MARK: From the channel, on the loop

    /// Starts the deadline.
    func arm() {
        guard state != .ended else { return }
        timer = loop.schedule(at: expires, self)
    }

    /// Puts the call on a connection. False when the connection takes no more: the call stays pending.
    final func start(on connection: ClientConnection) -> Bool {
        guard state == .pending else { return true }
        let session = connection.session
        let path = method.path
        let more = addedFields()
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
        began = loop.nowNanoseconds
        countStart(on: connection)
        connection.meter?.callBegan()
        unsafe kept.forEach { session.send($0, on: self) }
        if isFinished { session.finish(self) }
        connection.markDirty()
        return true
    }

    /// Longest header list that is put on the wire. 32 KiB: servers take 8 to 16, and nghttp2 sends at most 64.
    private static let longestHead = 32 * 1_024

    /// Ends the call on this side, and on the other if it is on the wire.
    final func end(_ error: RPCError?) {
        guard state != .ended else { return }
        state = .ended
        if let error { failure = error }
        // A server that says when to come back is well; it has refused this call, and may take others.
        connection?.meter?.callEnded(pushback == nil ? status : .resourceExhausted)
        countEnd(began: began)
        if let timer { loop.cancel(timer) }
        timer = nil
        stopKeeping()
        ended()
    }

    final func timerFired() {
        timer = nil
        abandon(RPCError(code: .deadlineExceeded, message: "the deadline passed before the answer of \(method)"))
    }

    /// Ends the call on both sides.
    final func abandon(_ error: RPCError) {
        guard state != .ended else { return }
        end(error)
        connection?.session.reset(self, .cancel)
        connection?.markDirty()
    }

    // MARK: From the wire

    final override func received(headerName: Span<UInt8>, value: Span<UInt8>) -> Bool {
        unsafe current.append(name: headerName, value: value)
        return true
    }

    final override func receivedHeaders(endStream: Bool) {
        guard state != .ended else { return }
        if state == .head { connection?.meter?.answerBegan(after: loop.nowNanoseconds - began) }
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
        stopKeeping()
        answerBegan()
        unsafe current = ResponseHead()
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
        let isOK = unsafe current.saysOK()
        let objection = received(trailers: metadata, saysOK: isOK)
        if !isOK, case .failure(let error) = unsafe current.outcome {
            end(error)
        } else {
            end(objection)
        }
        // The server has said everything; what this side still had to send is of no use.
        if !isFinished || outboundBytes > 0 { connection?.session.reset(self, .cancel) }
    }

    final override func receivedEnd() {
        end(RPCError(code: .internal, message: "the answer ended without a status"))
    }

    final override func closed(_ code: HTTP2ErrorCode) {
        let connection = connection
        self.connection = nil
        defer { connection?.callEnded() }
        guard state != .ended else { return }
        if let connection { lost(connection, Self.failure(code, connection.closeReason)) }
        if let connection, mayStartAgain(code, after: connection) {
            state = .pending
            unsafe current = ResponseHead()
            renew()
            connection.subchannel.core.place(self)
            return
        }
        let failure = Self.failure(code, connection?.closeReason)
        connection?.meter?.callEnded(failure.code)
        end(failure)
    }

    private static func failure(_ code: HTTP2ErrorCode, _ reason: CloseReason?) -> RPCError {
        guard code == .connectionLost else {
            return RPCError(
                code: HTTPStatus.code(forReset: code.rawValue), message: "the server reset the call (HTTP/2 code \(code.rawValue))")
        }
        return RPCError(code: reason?.code ?? .unavailable, message: reason.map { "\($0)" } ?? "the connection was lost")
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

    // MARK: Sending, on the loop

    /// Bytes that wait to be sent; without a connection, too, a sender is held back once there are many.
    final var waitingBytes: Int { state == .pending ? unsafe kept.byteCount : outboundBytes }

    /// Takes bytes of the body to be sent. No effect after the end.
    final func append(_ bytes: [UInt8]) {
        guard state != .ended else { return }
        if isReplayable {
            unsafe kept.append(bytes)
            // One piece is kept whatever its size: its sender has made room for it already.
            if state != .pending, unsafe kept.byteCount > replayBufferBytes, unsafe kept.count > 1 { stopKeeping() }
        }
        guard state != .pending else { return }
        connection?.session.send(bytes, on: self)
        connection?.markDirty()
    }

    private func stopKeeping() {
        guard isReplayable else { return }
        isReplayable = false
        unsafe kept.removeAll()
    }

    /// Queues the half-close.
    final func finishSending() {
        guard !isFinished else { return }
        isFinished = true
        guard state == .head || state == .body else { return }
        connection?.session.finish(self)
        connection?.markDirty()
    }

    /// Says before the start that what was appended is all.
    final func sendsNoMore() { isFinished = true }

    // MARK: Windows

    /// Gives back the window of what was received, but for `waiting` bytes that nobody has taken.
    final func giveBackWindow(waiting: Int) {
        let count = unconsumed - waiting
        guard count > 0, state != .ended, let connection else { return }
        // In steps that are worth a call; a reader that has caught up is told of even in the middle of one: its window may be due to grow.
        guard count >= connection.windowStep || (waiting == 0 && isWindowDue(after: count)) else { return }
        unconsumed -= count
        connection.consume(self, count, keepsUp: waiting == 0)
    }
}
