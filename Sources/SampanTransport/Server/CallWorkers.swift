/// The calls of a server on one loop whose handlers are about to begin, and the workers that have nothing to do now. Loop-confined.
///
/// One worker takes call after call, without a suspension in between, for as long as handlers return without having waited for anything.
/// When one does wait, the worker's job is over with calls left, and the loop has another worker go on with them (`feed`).
final class CallWorkers: JobFeeder {
    private let loop: EventLoop
    @exclusivity(unchecked) private var parked: [CallWorker] = []
    // In the order in which they came; those before `firstWaiting` have been taken.
    @exclusivity(unchecked) private var waiting: [ServerCall?] = []
    @exclusivity(unchecked) private var firstWaiting = 0
    private(set) var isOpen = true

    /// Workers that are kept. 1,024: calls that a busy loop has under way at once; each holds about 2 KiB.
    private static let maximumParked = 1_024

    init(_ loop: EventLoop) { self.loop = loop }

    /// Has the handler of `call` begin within this turn of the loop.
    func run(_ call: ServerCall) {
        if unsafe waiting.isEmpty { loop.feedJobs(from: self) }
        unsafe waiting.append(call)
    }

    /// Wakes a worker, or makes one, if calls wait; false when none do. By the loop, when it has no other jobs.
    func feed() -> Bool {
        guard unsafe !waiting.isEmpty else { return false }
        if let worker = unsafe parked.popLast() {
            worker.wake()
        } else {
            CallWorker(self).start(on: loop)
        }
        return true
    }

    /// The call that has waited longest, for a worker.
    func next() -> ServerCall? {
        guard unsafe firstWaiting < waiting.count else { return nil }
        let call = unsafe waiting[firstWaiting].take()
        unsafe firstWaiting += 1
        if unsafe firstWaiting == waiting.count {
            unsafe waiting.removeAll(keepingCapacity: waiting.count <= Self.maximumParked)
            unsafe firstWaiting = 0
        }
        return call
    }

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
