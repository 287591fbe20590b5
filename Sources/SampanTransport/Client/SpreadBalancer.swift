internal import SampanHTTP2
internal import SampanRPC

/// Keeps a connection to every address and spreads calls over them, in turn or by load.
///
/// An address that fails, or whose connections do not live, rests by itself; the others carry on.
final class SpreadBalancer: Balancer {
    private enum Choice {
        case roundRobin(RoundRobin)
        case leastRequest(LeastRequest)
    }

    private final class Entry {
        let subchannel: Subchannel
        var backoff: EndpointBackoff
        var failure: ConnectFailure?
        var timer: LoopTimer?

        init(_ subchannel: Subchannel, _ configuration: ChannelConfiguration) {
            self.subchannel = subchannel
            backoff = EndpointBackoff(initial: configuration.initialBackoff, maximum: configuration.maximumBackoff)
        }
    }

    private unowned let core: ChannelCore
    private var choice: Choice
    private var entries: [Entry] = []
    /// Those that are connected.
    private var ready: [Subchannel] = []
    /// From the first call on every address is kept connected.
    private var isActive = false

    init(roundRobin core: ChannelCore) {
        self.core = core
        choice = .roundRobin(RoundRobin(start: Int(truncatingIfNeeded: core.random.next())))
    }

    init(leastRequest core: ChannelCore, choices: LeastRequestChoices) {
        self.core = core
        choice = .leastRequest(LeastRequest(choices))
    }

    func replace(_ targets: [EndpointAddress]) {
        let known = Dictionary(entries.map { (ObjectIdentifier($0.subchannel), $0) }) { first, _ in first }
        let subchannels = SubchannelList.replacing(entries.map(\.subchannel), with: targets, of: core)
        let old = entries
        entries = subchannels.map { known[ObjectIdentifier($0)] ?? Entry($0, core.configuration) }
        for entry in old where !entries.contains(where: { $0 === entry }) { entry.timer?.cancel() }
        ready.removeAll { gone in !subchannels.contains { $0 === gone } }
        if isActive { connectAll() }
    }

    func pick() -> ClientConnection? {
        let ready = ready
        let index: Int?
        switch choice {
        case .roundRobin(var turn):
            index = turn.pick(of: ready.count) { ready[$0].readyConnection?.isReady == true }
            choice = .roundRobin(turn)
        case .leastRequest(let draw):
            index = draw.pick(of: ready.count, random: &core.random) { index in
                ready[index].readyConnection.flatMap { $0.isReady ? $0.session.streamCount : nil }
            }
        }
        return index.flatMap { ready[$0].readyConnection }
    }

    func wanted() {
        isActive = true
        connectAll()
    }

    /// The last reason, once nobody is connected, being connected, or about to be for the first time.
    var failure: RPCError? {
        guard !entries.isEmpty else { return Self.noEndpoints }
        guard ready.isEmpty, entries.allSatisfy({ $0.timer?.isSet == true && $0.failure != nil }) else { return nil }
        var shown: ConnectFailure?
        for case let failure? in entries.map(\.failure) { shown.take(failure) }
        return shown?.error
    }

    func connected(_ subchannel: Subchannel) {
        guard let entry = entry(of: subchannel) else { return }
        entry.failure = nil
        ready.append(subchannel)
        core.startPending()
    }

    func failed(_ subchannel: Subchannel, _ failure: ConnectFailure) {
        guard let entry = entry(of: subchannel) else { return }
        entry.failure = failure
        rest(entry, for: entry.backoff.failed(random: &core.random))
        core.resolveAgain()
        if let failure = self.failure { core.failPending(failure) }
    }

    func lost(_ subchannel: Subchannel, after life: Duration) {
        guard let entry = entry(of: subchannel) else { return }
        ready.removeAll { $0 === subchannel }
        // Never at once: this may be inside a call-back of the connection that went.
        rest(entry, for: entry.backoff.lost(after: life, random: &core.random))
        core.resolveAgain()
    }

    func forgetFailures() {
        for entry in entries {
            entry.backoff.reset()
            entry.timer?.cancel()
        }
        if isActive { connectAll() }
    }

    func close() {
        ready = []
        let all = entries
        entries = []
        for entry in all {
            entry.timer?.cancel()
            entry.subchannel.close()
        }
    }

    private func entry(of subchannel: Subchannel) -> Entry? { entries.first { $0.subchannel === subchannel } }

    private func rest(_ entry: Entry, for time: Duration) {
        let subchannel = entry.subchannel
        let timer = entry.timer ?? LoopTimer(core.loop) { [unowned subchannel] in subchannel.connect() }
        entry.timer = timer
        timer.set(after: time)
    }

    private func connectAll() {
        for entry in entries where entry.timer?.isSet != true { entry.subchannel.connect() }
    }
}
