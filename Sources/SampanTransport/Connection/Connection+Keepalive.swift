internal import SampanHTTP2

extension Connection {
    /// Watches over the peer from here on: asks when it has been silent, and closes when it does not answer. `onlyWithStreams`: stock
    /// gRPC servers take pings without calls for abuse.
    func keepAlive(_ keepalive: Keepalive, onlyWithStreams: Bool) {
        guard !isClosed, keepaliveTimer == nil else { return }
        var keepalive = keepalive
        let timer = LoopTimer(loop) { [unowned self] in
            let action = keepalive.check(
                now: loop.nowNanoseconds, lastHeard: lastHeard, mayPing: !onlyWithStreams || session.streamCount > 0)
            switch action {
            case .wait(let delay): keepaliveTimer?.set(after: .nanoseconds(delay))
            case .ping(let delay):
                session.ping(.keepalive)
                markDirty()
                keepaliveTimer?.set(after: .nanoseconds(delay))
            case .dead: close(.unresponsive)
            }
        }
        keepaliveTimer = timer
        timer.set(after: .zero)
    }
}
