internal import SampanRPC

/// One address of a `SpreadMember`, and how it has fared. Loop-confined.
final class SpreadLine {
    let subchannel: Subchannel
    /// Of the last attempt; nil once one did well.
    private(set) var failure: ConnectFailure?
    private var backoff: EndpointBackoff
    private lazy var timer = LoopTimer(subchannel.core.loop) { [unowned subchannel] in subchannel.connect() }
    private(set) var isReady = false
    /// Whether a connection of it has ever gone. A line that never failed need not show first that it lasts.
    private(set) var hasBeenLost = false

    init(_ subchannel: Subchannel) {
        self.subchannel = subchannel
        let configuration = subchannel.core.configuration
        backoff = EndpointBackoff(initial: configuration.initialBackoff, maximum: configuration.maximumBackoff)
    }

    /// Whether the last attempt failed, and the next is not due.
    var isDown: Bool { failure != nil && timer.isSet }

    /// Unless it rests.
    func connect() {
        if !timer.isSet { subchannel.connect() }
    }

    func connected() {
        failure = nil
        isReady = true
    }

    func failed(_ failure: ConnectFailure) {
        self.failure = failure
        timer.set(after: backoff.failed(random: &subchannel.core.random))
    }

    func lost(after life: Duration) {
        isReady = false
        hasBeenLost = true
        // Never at once: this may be inside a call-back of the connection that went.
        timer.set(after: backoff.lost(after: life, random: &subchannel.core.random))
    }

    func forgetFailures() {
        backoff.reset()
        timer.cancel()
    }

    /// Its subchannel is another's, or closed.
    func leave() { timer.cancel() }
}
