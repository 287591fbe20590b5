internal import SampanRPC
internal import Synchronization

/// A call that a policy may make several times: what is sent goes to every attempt, what is read comes from the one that counts.
///
/// ```
/// open (attempts come and go, `machine` decides) ──commit──► committed (one attempt is the call) ──► over
///   └──deadline, cancellation──► failed
/// ```
/// Each attempt is a whole `ClientCall`; none is read from before the commit, so an attempt that is given up leaves no trace.
/// Sendable: any task may hold it; its state is touched on the loop of its channel only, `counting` is behind a lock.
@safe final class ReplayedCall: CallObserver, RunningCall, @unchecked Sendable {
    private enum Outcome {
        case open
        case committed(ClientCall)
        case failed(RPCError)
    }

    private let method: MethodDescriptor
    private let plan: CallPlan
    private let core: ChannelCore
    private let report: InterceptorReport?
    private var machine: any AttemptMachine
    private var outcome = Outcome.open
    /// By number; at most `RetryPolicy.attemptLimit`, and only the one that counts after the commit.
    private var attempts: [Int: ClientCall] = [:]
    /// What was sent, for attempts to come.
    private var kept: [FramedMessage] = []
    private var keptBytes = 0
    private var isFinished = false
    private var isOver = false
    private var reader: UnsafeContinuation<Result<[UInt8]?, RPCError>, Never>?
    private var initialWaiters: [UnsafeContinuation<Result<Metadata, RPCError>, Never>] = unsafe []
    private var sender: UnsafeContinuation<Result<Void, RPCError>, Never>?
    /// The timers hold the call; both are cancelled at its end.
    private var deadlineTimer: LoopTimer?
    private var waitTimer: LoopTimer?
    /// The attempt that counts, for `trailingMetadata`.
    private let counting = Mutex<ClientCall?>(nil)

    init(
        _ method: MethodDescriptor, _ plan: CallPlan, _ repetition: MethodConfig.Repetition, core: ChannelCore, report: InterceptorReport?
    ) {
        self.method = method
        self.plan = plan
        self.core = core
        self.report = report
        machine =
            switch repetition {
            case .retry(let policy): RetryMachine(policy)
            case .hedging(let policy): HedgingMachine(policy)
            }
    }

    // MARK: Attempts, on the loop

    func begin() {
        // Both hold the call until `over`, so that a back-off goes on although nobody but its reader waits.
        deadlineTimer = LoopTimer(core.loop) {
            self.abandon(RPCError(code: .deadlineExceeded, message: "the deadline passed before the answer of \(self.method)"))
        }
        waitTimer = LoopTimer(core.loop) { self.run(self.machine.waited(throttle: self.core.throttle)) }
        deadlineTimer?.set(after: .nanoseconds(plan.expires - core.loop.nowNanoseconds))
        run(machine.begin())
    }

    private func run(_ actions: [AttemptAction]) {
        for action in actions {
            // An attempt that ends the moment it starts may have decided everything.
            guard case .open = outcome else { return }
            switch action {
            case .start(let number): start(number)
            case .wait(let time): waitTimer?.set(after: time)
            case .commit(let number): commit(number)
            }
        }
    }

    private func start(_ number: Int) {
        let attempt = ClientCall(
            method: method, options: plan.options, loop: core.loop, expires: plan.expires, limits: core.callLimits, attempt: number)
        attempt.observer = self
        attempts[number] = attempt
        for message in kept { attempt.append(message) }
        if isFinished { attempt.finishSending() }
        core.place(attempt)
    }

    private func commit(_ number: Int) {
        guard let call = attempts[number] else { return }
        let others = attempts.values.filter { $0 !== call }
        attempts = [:]
        outcome = .committed(call)
        counting.withLock { $0 = call }
        waitTimer?.cancel()
        kept = []
        for other in others { drop(other) }
        if let reader = unsafe reader { unsafe call.read(reader) }
        unsafe initialWaiters.forEach { unsafe call.awaitInitial($0) }
        if let sender = unsafe sender { unsafe sender.resume(returning: .success(())) }
        forgetWaiters()
        if call.hasEnded { over(call.status) }
    }

    /// Ends an attempt that does not count any more, also on the wire.
    private func drop(_ attempt: ClientCall) {
        attempt.observer = nil
        attempt.abandon(RPCError(code: .cancelled, message: "another attempt of \(method) counts"))
    }

    // MARK: CallObserver

    func receivedHead(_ call: ClientCall) {
        run(machine.receivedHead(of: call.attempt))
    }

    func ended(_ call: ClientCall, _ error: RPCError?) {
        let wasCommitted = if case .committed = outcome { true } else { false }
        let end = AttemptEnd(error?.code ?? .ok, pushback: call.pushback)
        run(machine.ended(call.attempt, with: end, throttle: &core.throttle, random: &core.random))
        if wasCommitted { over(end.code) }
    }

    // MARK: End

    /// Ends the call on both sides, whatever its attempts do.
    private func abandon(_ error: RPCError) {
        switch outcome {
        case .committed(let call): call.abandon(error)
        case .failed: break
        case .open:
            outcome = .failed(error)
            let all = attempts.values
            attempts = [:]
            kept = []
            for attempt in all { drop(attempt) }
            if let reader = unsafe reader { unsafe reader.resume(returning: .failure(error)) }
            unsafe initialWaiters.forEach { unsafe $0.resume(returning: .failure(error)) }
            if let sender = unsafe sender { unsafe sender.resume(returning: .failure(error)) }
            forgetWaiters()
            over(error.code)
        }
    }

    private func forgetWaiters() {
        unsafe reader = nil
        unsafe initialWaiters = []
        unsafe sender = nil
    }

    private func over(_ code: StatusCode) {
        guard !isOver else { return }
        isOver = true
        deadlineTimer?.cancel()
        waitTimer?.cancel()
        deadlineTimer = nil
        waitTimer = nil
        report?.finished(code)
    }

    // MARK: Sending

    /// The one message of a unary call. On the loop, before `begin`.
    func sendOnly(_ message: FramedMessage) {
        keep(message)
        isFinished = true
    }

    func send(_ message: FramedMessage) async throws(RPCError) {
        let message = plan.options.compression == .gzip ? try MessageCompression.compress(message) : message
        let result = await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                core.loop.perform { unsafe self.enqueue(message, continuation) }
            }
        } onCancel: {
            cancel()
        }
        try result.get()
    }

    func sendNow(_ message: FramedMessage) throws(RPCError) -> Bool {
        guard core.loop.isOnLoop, case .committed(let call) = outcome else { return false }
        return try call.sendNow(message)
    }

    private func enqueue(_ message: FramedMessage, _ continuation: UnsafeContinuation<Result<Void, RPCError>, Never>) {
        switch outcome {
        case .failed(let error): unsafe continuation.resume(returning: .failure(error))
        case .committed(let call): unsafe call.enqueue(message, continuation)
        case .open:
            keep(message)
            for attempt in attempts.values { attempt.append(message) }
            let isFull = keptBytes > core.configuration.retryBufferBytes && kept.count > 1
            if isFull { run(machine.bufferFilled()) }
            if isFull, case .open = outcome, unsafe sender == nil {
                // No attempt is under way that could take it: its sender waits for the next one.
                unsafe sender = unsafe continuation
            } else {
                unsafe continuation.resume(returning: .success(()))
            }
        }
    }

    private func keep(_ message: FramedMessage) {
        kept.append(message)
        keptBytes += message.bytes.count
    }

    func finish() async {
        await core.loop.run { self.finishSending() }
    }

    private func finishSending() {
        isFinished = true
        if case .committed(let call) = outcome { call.finishSending() }
        for attempt in attempts.values { attempt.finishSending() }
    }

    func cancel() {
        core.loop.submit { self.abandon(RPCError(code: .cancelled, message: "the caller cancelled \(self.method)")) }
    }

    // MARK: Reading

    func nextNow() throws(RPCError) -> MessageAtHand {
        guard core.loop.isOnLoop, case .committed(let call) = outcome else { return .none }
        return try call.nextNow()
    }

    func next() async throws(RPCError) -> [UInt8]? {
        let result = await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                core.loop.perform { unsafe self.read(continuation) }
            }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    private func read(_ continuation: UnsafeContinuation<Result<[UInt8]?, RPCError>, Never>) {
        switch outcome {
        case .failed(let error): unsafe continuation.resume(returning: .failure(error))
        case .committed(let call): unsafe call.read(continuation)
        case .open where unsafe reader == nil: unsafe reader = unsafe continuation
        case .open:
            unsafe continuation.resume(
                returning: .failure(RPCError(code: .internal, message: "two tasks read the messages of one call")))
        }
    }

    func initialMetadata() async throws(RPCError) -> Metadata {
        let result = await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                core.loop.perform { unsafe self.awaitInitial(continuation) }
            }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    private func awaitInitial(_ continuation: UnsafeContinuation<Result<Metadata, RPCError>, Never>) {
        switch outcome {
        case .failed(let error): unsafe continuation.resume(returning: .failure(error))
        case .committed(let call): unsafe call.awaitInitial(continuation)
        case .open: unsafe initialWaiters.append(continuation)
        }
    }

    var trailingMetadata: Metadata { counting.withLock { $0 }?.trailingMetadata ?? Metadata() }
}
