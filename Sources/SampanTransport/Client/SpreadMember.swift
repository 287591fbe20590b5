internal import SampanHTTP2
internal import SampanRPC

/// What a `SpreadBalancer` spreads calls over: a node with the lines to it, or one address by itself. Loop-confined.
///
/// Every line is kept connected; the best that is carries the calls. When it goes, or is found dead while another lives (`LineWatch`),
/// the next best takes over at once. A better line that comes back has to last for a while first.
final class SpreadMember {
    enum Key: Hashable {
        case node(String)
        case address(EndpointAddress)

        init(_ target: EndpointAddress) { self = target.node.map { .node($0) } ?? .address(target) }
    }

    let key: Key
    let meter: CallMeter
    /// As the best line says it (`Endpoint.capacity`).
    var capacity: UInt32 { lines.first?.subchannel.target.capacity ?? 0 }
    /// Best first.
    private(set) var lines: [SpreadLine] = []
    /// What carries the calls.
    private(set) var active: SpreadLine?
    /// Called when a better line carries the calls again.
    var whenMoved: (() -> Void)?
    private let core: ChannelCore
    private var watch = LineWatch()
    private lazy var watchTimer = LoopTimer(core.loop) { [unowned self] in look() }
    private lazy var failBackTimer = LoopTimer(core.loop) { [unowned self] in failBack() }

    init(_ key: Key, of core: ChannelCore) {
        (self.key, self.core) = (key, core)
        meter = CallMeter(core.loop)
    }

    func replace(_ subchannels: [Subchannel]) {
        let old = lines
        lines = subchannels.map { subchannel in old.first { $0.subchannel === subchannel } ?? SpreadLine(subchannel) }
        for gone in old where !lines.contains(where: { $0 === gone }) { gone.leave() }
        for line in lines {
            line.subchannel.meter = meter
            line.subchannel.isKeptReady = lines.count > 1
        }
        meter.whenBegun = lines.count > 1 ? { [unowned self] in callBegan() } : nil
        if let active, !lines.contains(where: { $0 === active }) { settle() }
    }

    func line(of subchannel: Subchannel) -> SpreadLine? { lines.first { $0.subchannel === subchannel } }

    /// A connection that takes a call now, of the active line if it does.
    func pick() -> ClientConnection? {
        guard let active else { return nil }
        if let connection = active.subchannel.readyConnection, connection.isReady { return connection }
        guard lines.count > 1 else { return nil }
        return lines.lazy.compactMap(\.subchannel.readyConnection).first { $0.isReady }
    }

    // MARK: From the balancer

    func connected(_ line: SpreadLine) {
        line.connected()
        // At the start they come in any order, and the best carries the calls at once.
        if active == nil || !line.hasBeenLost {
            if active !== lines.first(where: \.isReady) { settle() }
        } else if !failBackTimer.isSet {
            failBackTimer.set(after: core.configuration.failBackDelay)
        }
    }

    func lost(_ line: SpreadLine, after life: Duration) {
        line.lost(after: life)
        if active === line { settle() }
        // Whoever answers there next may be another process.
        if active == nil { meter.forget() }
    }

    func leave() {
        for line in lines { line.leave() }
        (meter.whenBegun, whenMoved) = (nil, nil)
        watchTimer.cancel()
        failBackTimer.cancel()
        (lines, active) = ([], nil)
    }

    // MARK: Lines

    private func settle() {
        active = lines.first(where: \.isReady)
        watch = LineWatch()
        watchTimer.cancel()
        if active != nil { callBegan() }
    }

    private func failBack() {
        guard let best = lines.first(where: \.isReady), best !== active else { return }
        settle()
        whenMoved?()
    }

    private func callBegan() {
        watch.callBegan()
        if lines.count > 1, !watchTimer.isSet { watchTimer.set(after: .nanoseconds(LineWatch.firstSilence)) }
    }

    private func look() {
        guard let connection = active?.subchannel.readyConnection else { return }
        let others = lines.filter { $0 !== active }.compactMap(\.subchannel.readyConnection)
        let action = watch.check(
            now: core.loop.nowNanoseconds, heard: connection.connection.lastHeard, others: others.map(\.connection.lastHeard).max(),
            isAwaited: connection.session.streamCount > 0)
        switch action {
        case .wait(let time): watchTimer.set(after: .nanoseconds(time))
        case .ask(let time):
            connection.ping()
            watchTimer.set(after: .nanoseconds(time))
        case .askOthers(let time):
            for other in others { other.ping() }
            watchTimer.set(after: .nanoseconds(time))
        case .dead: connection.close(.outlived)
        case .rest: break
        }
    }
}
