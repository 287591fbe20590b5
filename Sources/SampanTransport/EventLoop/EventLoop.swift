internal import CLinux
internal import Glibc
internal import SampanHTTP2
internal import Synchronization

/// One thread that owns connections for life: it waits for their events, runs the tasks of their calls, and writes what they
/// have to say once per turn (runtime-notes: gathering is the decision that matters).
///
/// A turn: wait → events → (where the turn before has put something off: jobs → flush → that) → jobs → timers → flush. Feeders of jobs may
/// say that it is enough for a turn; they go on in the next, which then waits for nothing. As a
/// `TaskExecutor` it is the preference of every handler's task, so a handler starts inside the turn that received its call and comes back
/// here after every await.
///
/// Sendable: `inbox` is behind a lock; everything else is touched by the loop's own thread alone, which `assertOnLoop` checks.
public final class EventLoop: TaskExecutor, @unchecked Sendable {
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var bodies: [@Sendable () -> Void] = []
        var isStopping = false

        var isEmpty: Bool { jobs.isEmpty && bodies.isEmpty }
    }

    private let inbox = Mutex(Inbox())
    /// Whether there is, or may be, something in the inbox: most turns find nothing and need not take its lock.
    private let hasMail = Atomic<Bool>(false)
    private let wakeDescriptor: Int32
    private let threadID = Atomic<UInt>(0)
    private let stopped = OneShot()

    // Loop-confined from here on.
    private var poller: Poller
    // Unchecked: accesses of every call; the wheel calls nothing, and a job that runs may only add to the jobs.
    @exclusivity(unchecked) private var wheel: TimerWheel
    @exclusivity(unchecked) private var jobs: [UnownedJob] = []
    // Likewise: each is asked and changed several times in every turn, and nothing is called while it is.
    @exclusivity(unchecked) private var feeders: [any JobFeeder] = []
    /// Those that have had enough of this turn.
    @exclusivity(unchecked) private var resting: [any JobFeeder] = []
    @exclusivity(unchecked) private var dirty: [any Flushable] = []
    @exclusivity(unchecked) private var postponed: [any Resumable] = []
    private var isEnding = false
    /// Steps of handshakes that this turn may still take.
    @exclusivity(unchecked) private var handshakesLeft = 0
    /// Nil unless somebody wants to know how long turns take.
    @exclusivity(unchecked) private var watch: TurnWatch?
    @exclusivity(unchecked) private var moderation = WakeModeration()
    /// Time of this turn in nanoseconds, and as an instant for deadlines that handlers see.
    @exclusivity(unchecked) private var clock: Int64
    var nowNanoseconds: Int64 { unsafe clock }
    /// How long what was read in this turn may have waited for it: as long as the last turn took, where the loop did not sleep in between.
    @exclusivity(unchecked) private var lag: Int64 = 0
    /// About when what is read in this turn came.
    var arrivalNanoseconds: Int64 { unsafe clock - lag / 2 }
    var now: ContinuousClock.Instant { start.instant.advanced(by: .nanoseconds(nowNanoseconds - start.nanoseconds)) }
    /// The same moment in both forms. Both are of the kernel's CLOCK_BOOTTIME, which goes on while a machine sleeps.
    let start: (nanoseconds: Int64, instant: ContinuousClock.Instant)
    let buffers = LoopBuffers()
    /// Counts the calls of this loop.
    let calls = CallMetrics()
    @exclusivity(unchecked) private var meter = LoopMeter()
    /// Nil unless calls are traced.
    @exclusivity(unchecked) var recorder: SpanRecorder?
    /// Nil where nobody wants to know why calls failed.
    @exclusivity(unchecked) var callRecorder: CallRecorder?
    /// Nanoseconds from which on a call is one of the slowest: every call asks.
    @exclusivity(unchecked) var slowThreshold: Int64 = .max
    /// Of all HTTP/2 sessions of this loop.
    let sessionMemory = HTTP2Memory()

    /// Jobs that one turn runs before it looks at its sockets again.
    private static let jobsPerTurn = 4_096
    /// Steps of TLS handshakes that one turn takes. 2: each is up to 0.5 ms of a public key's arithmetic, and fifty peers that come at once
    /// are not to keep those that are here waiting for all of them.
    private static let handshakesPerTurn = 2

    /// Starts a loop with a thread of its own.
    public init(name: String = "sampan-loop") throws(SocketError) {
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wakeDescriptor >= 0 else { throw SocketError(call: "eventfd") }
        poller = try Poller()
        let now = Self.readClock()
        unsafe clock = now
        start = (now, .now)
        unsafe wheel = TimerWheel(now: now)
        _ = try poller.add(wakeDescriptor, .readable, WakeHandler(descriptor: wakeDescriptor))
        try LoopThread.start(name: name) { self.run() }
    }

    deinit {
        close(wakeDescriptor)
    }

    // MARK: From any thread

    /// Runs a body on the loop: at once when called there, else in its next turn.
    func perform(_ body: @escaping @Sendable () -> Void) {
        if isOnLoop { body() } else { submit(body) }
    }

    /// Runs a body in a later turn of the loop, wherever it is called. After `stop` it is dropped.
    func submit(_ body: @escaping @Sendable () -> Void) {
        let mustWake = inbox.withLock { inbox in
            guard !inbox.isStopping else { return false }
            defer { inbox.bodies.append(body) }
            return inbox.isEmpty
        }
        if mustWake { wake() }
    }

    /// Runs a body on the loop and returns what came of it.
    func run<T: Sendable, E: Error>(_ body: @escaping @Sendable () throws(E) -> T) async throws(E) -> T {
        let result: Result<T, E> = await withCheckedContinuation { continuation in
            perform { continuation.resume(returning: Result(catching: body)) }
        }
        return try result.get()
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isOnLoop {
            unsafe jobs.append(job)
            return
        }
        let mustWake = inbox.withLock { inbox in
            defer { inbox.jobs.append(job) }
            return inbox.isEmpty
        }
        if mustWake { wake() }
    }

    /// Whether the caller is on the loop's thread. Never inlined: glibc declares pthread_self const, so an optimiser may
    /// keep its value across a suspension (runtime-notes, Pitfall 2).
    @inline(never)
    var isOnLoop: Bool {
        threadID.load(ordering: .relaxed) == UInt(pthread_self())
    }

    func assertOnLoop() {
        assert(isOnLoop, "loop-confined state touched from another thread")
    }

    /// Ends the loop after the jobs it already has, and waits for that. Connections must be closed before.
    public func stop() async {
        inbox.withLock { $0.isStopping = true }
        wake()
        await stopped.wait()
    }

    /// After something was put into an inbox that was empty.
    private func wake() {
        hasMail.store(true, ordering: .releasing)
        var one: UInt64 = 1
        _ = unsafe write(wakeDescriptor, &one, 8)
    }

    /// The longest turn since it was last asked, in CPU time of the loop's thread. The first question begins to measure, and gets zero.
    package func takeLongestTurn() async -> Duration {
        await run {
            defer { unsafe self.watch = TurnWatch() }
            return .nanoseconds(unsafe self.watch?.longest ?? 0)
        }
    }

    // MARK: On the loop

    /// How busy it has been.
    var figures: LoopFigures { unsafe meter.figures(now: clock) }

    /// Whether a connection may take a step of its handshake in this turn; if not, its socket stays as it is, and is ready in the next.
    func takeHandshakeStep() -> Bool {
        guard unsafe handshakesLeft > 0 else { return false }
        unsafe handshakesLeft -= 1
        return true
    }

    /// Bytes have come from a peer.
    func noteRead(_ bytes: Int) { unsafe moderation.noteRead(bytes) }

    /// Bytes go to a peer, which may be waiting for them.
    func noteWrite() { unsafe moderation.noteWrite() }

    func register(_ socket: Int32, _ readiness: Readiness, _ handler: any PollHandler) throws(SocketError) -> Poller.Token {
        assertOnLoop()
        return try poller.add(socket, readiness, handler)
    }

    func modify(_ token: Poller.Token, _ socket: Int32, _ readiness: Readiness) throws(SocketError) {
        try poller.modify(token, socket, readiness)
    }

    func unregister(_ token: Poller.Token, _ socket: Int32) {
        poller.remove(token, socket)
    }

    /// Sets a timer `after` from the time of this turn.
    func schedule(after delay: Duration, _ target: any TimerTarget) -> TimerID {
        assertOnLoop()
        return unsafe wheel.schedule(at: nowNanoseconds + delay.clampedNanoseconds, target)
    }

    /// Sets a timer for a time of the loop's clock, in nanoseconds.
    func schedule(at due: Int64, _ target: any TimerTarget) -> TimerID {
        assertOnLoop()
        return unsafe wheel.schedule(at: due, target)
    }

    func cancel(_ timer: TimerID) {
        unsafe wheel.cancel(timer)
    }

    /// Has a connection flushed at the end of this turn. Once per turn: the connection keeps its own mark.
    func flushAtEndOfTurn(_ connection: any Flushable) {
        unsafe dirty.append(connection)
    }

    /// Has `feeder` asked for jobs whenever there are no others, until it has no more. Once: the feeder keeps its own mark.
    func feedJobs(from feeder: any JobFeeder) {
        unsafe feeders.append(feeder)
    }

    /// Has a connection go on in the next turn, after all others have had theirs. Once per turn: the connection keeps its own mark.
    func resumeNextTurn(_ connection: any Resumable) {
        unsafe postponed.append(connection)
    }

    private func run() {
        threadID.store(UInt(pthread_self()), ordering: .relaxed)
        while turn() {}
        forgetTimers()
        stopped.fire()
    }

    /// The time of those that are left never comes. What they call may hold this loop, and each would keep the other for ever.
    private func forgetTimers() {
        let left = unsafe wheel
        unsafe wheel = TimerWheel(now: nowNanoseconds)
        // They go only now: one may cancel another as it goes.
        withExtendedLifetime(left) {}
    }

    /// One turn; false when the loop is over.
    private func turn() -> Bool {
        let resumed = unsafe postponed
        let (isBusy, last) = unsafe (hasWork, clock)
        let count = waitForEvents()
        unsafe clock = Self.readClock()
        unsafe lag = isBusy ? clock - last : 0
        wakeFeeders()
        unsafe watch?.begin()
        unsafe handshakesLeft = Self.handshakesPerTurn
        for index in 0..<count {
            if let (handler, readiness) = poller.event(index) { handler.ready(readiness) }
        }
        if !resumed.isEmpty {
            // The others do not wait for those that had too much: what they have to say goes out first.
            runJobs()
            flush()
            // Those that were put off in this turn come after them.
            unsafe postponed.removeFirst(resumed.count)
            for connection in resumed { connection.resume() }
        }
        let (bodies, isStopping) = takeInbox()
        for body in bodies { body() }
        runJobs()
        for target in unsafe wheel.expire(now: nowNanoseconds) { target.timerFired() }
        runJobs()
        flush()
        measureTurn()
        unsafe watch?.end()
        unsafe moderation.endTurn(now: clock)
        return !(isStopping && !hasWork)
    }

    /// Whether there is something to do without any event.
    private var hasWork: Bool {
        unsafe !jobs.isEmpty || !feeders.isEmpty || !resting.isEmpty || !dirty.isEmpty || !postponed.isEmpty
    }

    private func wakeFeeders() {
        guard unsafe !resting.isEmpty else { return }
        unsafe feeders.append(contentsOf: resting)
        unsafe resting.removeAll(keepingCapacity: true)
    }

    private func measureTurn() {
        let ended = Self.readClock()
        unsafe meter.noteTurn(from: clock, to: ended)
        calls.endTurn(after: unsafe ended &- clock)
    }

    /// What its calls came to, those of this turn included.
    var callFigures: [CallFigures] {
        calls.endTurn(after: Self.readClock() &- nowNanoseconds)
        return calls.figures
    }

    private func waitForEvents() -> Int {
        let milliseconds = waitMilliseconds
        if unsafe moderation.isOn, milliseconds != 0 {
            // A loop that has something to do keeps its core: only one that would sleep anyway sleeps a little longer.
            let count = poller.wait(milliseconds: 0)
            guard count == 0 else { return count }
            var time = timespec(tv_sec: 0, tv_nsec: Int(WakeModeration.pause))
            unsafe clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nil)
        }
        return poller.wait(milliseconds: milliseconds)
    }

    private var waitMilliseconds: Int32 {
        if hasWork { return 0 }
        guard var delay = unsafe wheel.delay(now: nowNanoseconds) else { return -1 }
        // The clock is read once a turn; how long the turn has taken matters only to timers that are near.
        if delay < Self.nearNanoseconds { delay = unsafe wheel.delay(now: Self.readClock()) ?? 0 }
        return Int32(truncatingIfNeeded: min(60_000, (delay + 999_999) / 1_000_000))
    }

    private static let nearNanoseconds: Int64 = 100_000_000

    private func takeInbox() -> ([@Sendable () -> Void], Bool) {
        guard hasMail.exchange(false, ordering: .acquiring) else { return ([], isEnding) }
        return inbox.withLock { inbox in
            if !inbox.jobs.isEmpty {
                unsafe jobs.append(contentsOf: inbox.jobs)
                inbox.jobs.removeAll(keepingCapacity: true)
            }
            let bodies = inbox.bodies
            inbox.bodies = []
            isEnding = inbox.isStopping
            return (bodies, isEnding)
        }
    }

    private func runJobs() {
        let executor = unsafe asUnownedTaskExecutor()
        var index = 0
        while index < Self.jobsPerTurn {
            if unsafe index < jobs.count {
                let job = unsafe jobs[index]
                index += 1
                unsafe job.runSynchronously(on: executor)
            } else if let feeder = unsafe feeders.last {
                let fed = feeder.feed()
                if fed != .job { unsafe feeders.removeLast() }
                if fed == .enough { unsafe resting.append(feeder) }
            } else {
                break
            }
        }
        if unsafe index == jobs.count { unsafe jobs.removeAll(keepingCapacity: true) } else { unsafe jobs.removeFirst(index) }
    }

    private func flush() {
        guard unsafe !dirty.isEmpty else { return }
        var batch: [any Flushable] = []
        unsafe swap(&batch, &dirty)
        for connection in batch { connection.flush() }
        if unsafe dirty.isEmpty {
            batch.removeAll(keepingCapacity: true)
            unsafe swap(&batch, &dirty)
        }
    }

    /// The clock of all loops: monotonic, in nanoseconds. From any thread.
    static func readClock() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// A connection with something to write.
protocol Flushable: AnyObject {
    func flush()
}

/// Has work that becomes a job only when its turn comes.
protocol JobFeeder: AnyObject {
    func feed() -> Fed
}

/// What a feeder had for its loop.
enum Fed {
    /// It has enqueued one.
    case job
    /// There is more, but not in this turn.
    case enough
    /// There is no more work: the feeder is forgotten until it says so again.
    case nothing
}

/// A connection that has more to do than one turn allows.
protocol Resumable: AnyObject {
    func resume()
}

/// Empties the eventfd that woke the loop.
private final class WakeHandler: PollHandler {
    private let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    func ready(_ readiness: Readiness) {
        var count: UInt64 = 0
        _ = unsafe read(descriptor, &count, 8)
    }
}

extension Duration {
    /// Nanoseconds, held to ±100 years so that sums with a clock cannot overflow.
    var clampedNanoseconds: Int64 {
        let limit: Int64 = 100 * 366 * 86_400
        // Before `components`, which traps outside of Int64 seconds.
        guard self < .seconds(limit) else { return limit * 1_000_000_000 }
        guard self > .seconds(-limit) else { return -limit * 1_000_000_000 }
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
