internal import SampanRPC

/// A task that runs the handlers of calls, one after another, on its loop: making and freeing a task costs more than most handlers do.
///
/// ```
/// working ──no call waits──► parked in its pool ──woken──► working; pool closed, or cancelled while working ──► over
/// ```
/// The task prefers the loop as its executor, so both ends of every await of a handler are on it. An actor with the loop as its executor
/// was measured too: it makes awaits cheaper, but a continuation then comes back by way of the global pool (Swift 6.3).
///
/// Sendable: its state is touched on its loop only.
@safe final class CallWorker: @unchecked Sendable {
    private let pool: CallWorkers
    // Unchecked: set and taken, and nothing else; the check is made for every call.
    @exclusivity(unchecked) private var waiter: UnsafeContinuation<Void, Never>?
    private var task: Task<Void, Never>?
    private var isCancelled = false

    init(_ pool: CallWorkers) { self.pool = pool }

    func start(on loop: EventLoop) {
        task = Task(executorPreference: loop) { await self.serve() }
    }

    /// Goes on with the calls that wait, or ends when the pool is closed. Only for a worker that is parked.
    func wake() {
        guard let waiter = unsafe waiter else { return }
        unsafe self.waiter = nil
        unsafe waiter.resume()
    }

    /// Cancels the handler that it runs, and with it everything that the handler has started. A cancelled task stays so: the worker ends
    /// after it.
    func cancel() {
        isCancelled = true
        task?.cancel()
    }

    /// The handlers are awaited here and not in methods of the call: every level of awaiting costs 300 instructions.
    @concurrent private func serve() async {
        repeat {
            while !isCancelled, let call = pool.next() {
                guard let start = call.takeStart(self) else { continue }
                do {
                    switch start.body {
                    case .unary(let body):
                        call.answer(
                            try await CallContext.$current.withValue(start.context) { try await body(start.request, start.context) })
                    case .streaming(let body):
                        try await CallContext.$current.withValue(start.context) { try await body(call, call, start.context) }
                        call.handlerReturned()
                    }
                } catch {
                    call.handlerFailed(error)
                }
            }
            guard !isCancelled, pool.park(self) else { break }
            unsafe await withUnsafeContinuation { unsafe waiter = unsafe $0 }
        } while pool.isOpen
        task = nil
    }
}
