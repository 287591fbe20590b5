/// A timer that one owner sets again and again. Loop-confined.
///
/// A wheel calls everything that was due in a turn, also what another timer of the same turn has cancelled: here that is noticed.
final class LoopTimer: TimerTarget {
    private let loop: EventLoop
    private let body: () -> Void
    private var id: TimerID?

    /// `body` must not keep the owner alive: capture it unowned, and cancel before the owner goes.
    init(_ loop: EventLoop, _ body: @escaping () -> Void) {
        self.loop = loop
        self.body = body
    }

    var isSet: Bool { id != nil }

    /// Sets the timer, in place of what it was set to.
    func set(after delay: Duration) {
        cancel()
        id = loop.schedule(after: delay, self)
    }

    func cancel() {
        if let id { loop.cancel(id) }
        id = nil
    }

    func timerFired() {
        guard id != nil else { return }
        id = nil
        body()
    }
}
