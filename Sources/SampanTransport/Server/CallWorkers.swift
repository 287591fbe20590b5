internal import SampanRPC

/// The calls of a server on one loop whose handlers are about to begin, and the workers that have nothing to do now. Loop-confined.
///
/// One worker takes call after call, without a suspension in between, for as long as handlers return without having waited for anything.
/// When one does wait, the worker's job is over with calls left, and the loop has another worker go on with them (`feed`). After some
/// milliseconds the rest waits for the next turn (`HandlerPace`): the loop has to hear of those that come meanwhile, and refuse some.
final class CallWorkers: JobFeeder {
    private let loop: EventLoop
    @exclusivity(unchecked) private var parked: [CallWorker] = []
    // In the order in which they came; those before `firstWaiting` have been taken.
    @exclusivity(unchecked) private var waiting: [ServerCall?] = []
    @exclusivity(unchecked) private var firstWaiting = 0
    // It calls nothing.
    @exclusivity(unchecked) private var pace: HandlerPace
    let load: LoopLoad
    private(set) var isOpen = true

    /// Workers that are kept. 1,024: calls that a busy loop has under way at once; each holds about 2 KiB.
    private static let maximumParked = 1_024

    init(_ loop: EventLoop, _ load: LoopLoad) {
        (self.loop, self.load) = (loop, load)
        unsafe pace = HandlerPace(longest: load.limits.handlersPerTurn.clampedNanoseconds)
    }

    /// Has the handler of `call` begin within this turn of the loop, or as soon as those before it let it.
    func run(_ call: ServerCall) {
        call.arrived = loop.arrivalNanoseconds
        if unsafe waiting.isEmpty { loop.feedJobs(from: self) }
        unsafe waiting.append(call)
    }

    /// Wakes a worker, or makes one, if calls wait. By the loop, when it has no other jobs.
    func feed() -> Fed {
        guard unsafe !waiting.isEmpty else { return .nothing }
        guard unsafe !pace.isSpent(in: loop.nowNanoseconds) else { return .enough }
        if let worker = unsafe parked.popLast() {
            worker.wake()
        } else {
            CallWorker(self).start(on: loop)
        }
        return .job
    }

    /// The call that has waited longest, for a worker; nil where there is none, or the turn has had enough.
    func next() -> ServerCall? {
        guard unsafe firstWaiting < waiting.count, mayStart else { return nil }
        let call = unsafe waiting[firstWaiting].take()
        unsafe firstWaiting += 1
        if unsafe firstWaiting == waiting.count {
            unsafe waiting.removeAll(keepingCapacity: waiting.count <= Self.maximumParked)
            unsafe firstWaiting = 0
        }
        return call
    }

    private var mayStart: Bool {
        let turn = loop.nowNanoseconds
        guard unsafe pace.mustLook(in: turn) else { return true }
        guard unsafe !pace.isSpent(in: turn) else { return false }
        unsafe pace.looked(at: EventLoop.readClock(), in: turn)
        return unsafe !pace.isSpent(in: turn)
    }

    /// Asks whether a call is still served now that its turn has come, and counts how long it has waited.
    func starts(_ call: ServerCall) -> Bool { load.starts(call.rank, after: unsafe pace.now - call.arrived) }

    /// Takes back a worker that has nothing to do; false when it is not needed any more.
    func park(_ worker: CallWorker) -> Bool {
        guard isOpen, unsafe parked.count < Self.maximumParked else { return false }
        unsafe parked.append(worker)
        return true
    }

    /// Ends the workers, those at work after their handlers: the server has no connections any more.
    func close() {
        isOpen = false
        let workers = unsafe parked
        unsafe parked = []
        for worker in workers { worker.wake() }
    }
}
