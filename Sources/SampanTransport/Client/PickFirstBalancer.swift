internal import SampanRPC

/// Drives `PickFirst`: connects when a call needs it, and stays with what answered.
final class PickFirstBalancer: Balancer {
    private unowned let core: ChannelCore
    private var subchannels: [Subchannel] = []
    private var machine = PickFirst()
    private var backoff: EndpointBackoff
    /// Of the last pass over all addresses.
    private var lastFailure: RPCError?
    /// Of this pass, as far as it has come.
    private var passFailure: ConnectFailure?
    /// Nothing is tried until it fires: all have failed, or connections do not live.
    private lazy var restTimer = LoopTimer(core.loop) { [unowned self] in rested() }
    private lazy var overlapTimer = LoopTimer(core.loop) { [unowned self] in act(machine.overlapped()) }

    init(core: ChannelCore) {
        self.core = core
        backoff = EndpointBackoff(initial: core.configuration.initialBackoff, maximum: core.configuration.maximumBackoff)
    }

    func replace(_ targets: [EndpointAddress]) {
        let selected: Subchannel? = if case .selected(let index) = machine.state { subchannels[index] } else { nil }
        guard targets != subchannels.map(\.target) else { return }
        for subchannel in subchannels { subchannel.abandonAttempt() }
        subchannels = SubchannelList.replacing(subchannels, with: targets, of: core)
        restTimer.cancel()
        overlapTimer.cancel()
        machine.replace(count: subchannels.count, selected: subchannels.firstIndex { $0 === selected })
        core.preferred = pick()
    }

    func pick() -> ClientConnection? {
        guard case .selected(let index) = machine.state, let connection = subchannels[index].readyConnection, connection.isReady
        else { return nil }
        return connection
    }

    func wanted() {
        if !restTimer.isSet { act(machine.wanted()) }
    }

    var failure: RPCError? {
        if subchannels.isEmpty { return Self.noEndpoints }
        return machine.state == .exhausted ? lastFailure : nil
    }

    func connected(_ subchannel: Subchannel) {
        guard let index = index(of: subchannel) else { return }
        act(machine.connected(index))
    }

    func failed(_ subchannel: Subchannel, _ failure: ConnectFailure) {
        guard let index = index(of: subchannel) else { return }
        passFailure.take(failure)
        act(machine.failed(index))
    }

    func lost(_ subchannel: Subchannel, after life: Duration) {
        guard let index = index(of: subchannel), machine.state == .selected(index) else { return }
        machine.lost()
        core.preferred = nil
        let rest = backoff.lost(after: life, random: &core.random)
        if rest > .zero { restTimer.set(after: rest) }
        core.resolveAgain()
        core.connectIfAwaited()
    }

    func forgetFailures() {
        backoff.reset()
        restTimer.cancel()
        machine.rested()
    }

    func close() {
        restTimer.cancel()
        overlapTimer.cancel()
        core.preferred = nil
        machine.replace(count: 0, selected: nil)
        let all = subchannels
        subchannels = []
        for subchannel in all { subchannel.close() }
    }

    private func index(of subchannel: Subchannel) -> Int? { subchannels.firstIndex { $0 === subchannel } }

    private func rested() {
        machine.rested()
        core.connectIfAwaited()
    }

    private func act(_ action: PickFirst.Action) {
        switch action {
        case .none: break
        case .connect(let index, let hasMore):
            if hasMore { overlapTimer.set(after: PickFirst.overlap) } else { overlapTimer.cancel() }
            subchannels[index].connect()
        case .select(let index, let abandoned):
            overlapTimer.cancel()
            for other in abandoned { subchannels[other].abandonAttempt() }
            passFailure = nil
            core.preferred = subchannels[index].readyConnection
            core.startPending()
        case .rest:
            restTimer.set(after: backoff.failed(random: &core.random))
            core.resolveAgain()
            lastFailure = passFailure?.error
            passFailure = nil
            if let lastFailure { core.failPending(lastFailure) }
        }
    }
}
