/// The workers of a server on one loop that have nothing to do now, and how a call gets one. Loop-confined.
final class CallWorkers {
    private let loop: EventLoop
    @exclusivity(unchecked) private var parked: [CallWorker] = []
    private var isOpen = true

    /// Workers that are kept. 1,024: calls that a busy loop has under way at once; each holds about 2 KiB.
    private static let maximumParked = 1_024

    init(_ loop: EventLoop) { self.loop = loop }

    /// Has the handler of `call` run within this turn of the loop, by a worker that is free or by a new one.
    func run(_ call: ServerCall) -> CallWorker {
        if let worker = unsafe parked.popLast() {
            worker.resume(call)
            return worker
        }
        let worker = CallWorker(self, call)
        worker.start(on: loop)
        return worker
    }

    /// Takes back a worker whose handler has returned; false when it is not needed any more.
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
        for worker in workers { worker.resume(nil) }
    }

    /// A server that had no connections has one again.
    func open() { isOpen = true }
}
