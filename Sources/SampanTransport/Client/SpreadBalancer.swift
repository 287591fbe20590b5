internal import SampanHTTP2
internal import SampanRPC

/// Keeps a connection to every address and spreads calls over them, in turn, or by load or latency in relation to what each has said that
/// it can serve (`CapacityShares`). Addresses of the same node are one member (`SpreadMember`).
///
/// An address that fails, or whose connections do not live, rests by itself; the others carry on. A member whose calls fail is ejected
/// for a while (`EndpointHealth`), never the last one.
final class SpreadBalancer: Balancer {
    enum Choice {
        case roundRobin(RoundRobin)
        case leastRequest(LeastRequest)
        case leastLatency(LeastRequest)
    }

    private unowned let core: ChannelCore
    private var choice: Choice
    private var members: [SpreadMember] = []
    /// Those that are connected.
    private var ready: [SpreadMember] = []
    /// Of those.
    private var shares = CapacityShares([])
    /// From the first call on every address is kept connected.
    private var isActive = false
    /// When it was first found that nobody answers.
    private var outageBegan: Int64?
    private lazy var patienceTimer = LoopTimer(core.loop) { [unowned self] in patienceEnded() }

    init(_ core: ChannelCore, _ choice: Choice) {
        self.core = core
        self.choice = choice
    }

    func replace(_ targets: [EndpointAddress]) {
        let subchannels = SubchannelList.replacing(members.flatMap(\.lines).map(\.subchannel), with: targets, of: core)
        let old = Dictionary(members.map { ($0.key, $0) }) { first, _ in first }
        let lines = Dictionary(grouping: subchannels) { SpreadMember.Key($0.target) }
        var seen: Set<SpreadMember.Key> = []
        members = targets.map { SpreadMember.Key($0) }.filter { seen.insert($0).inserted }.map { old[$0] ?? member($0) }
        for member in members { member.replace(lines[member.key] ?? []) }
        for gone in old.values where !seen.contains(gone.key) { gone.leave() }
        noteReady()
        if isActive { connectAll() }
    }

    private func member(_ key: SpreadMember.Key) -> SpreadMember {
        let member = SpreadMember(key, of: core)
        member.whenMoved = { [unowned self] in noteReady() }
        return member
    }

    // MARK: Choice

    func pick() -> ClientConnection? {
        guard ready.count > 1 else { return ready.first?.pick() }
        // Where none is left but those that are ejected, they are better than nobody.
        return pick { !$0.meter.isEjected } ?? pick { _ in true }
    }

    private func pick(_ isGood: (SpreadMember) -> Bool) -> ClientConnection? {
        let (ready, shares) = (ready, shares)
        func load(_ index: Int, _ cost: (SpreadMember, Int) -> Int) -> Int? {
            guard isGood(ready[index]), let connection = ready[index].pick() else { return nil }
            return cost(ready[index], shares.load(of: connection.session.streamCount, at: index))
        }
        let index: Int?
        switch choice {
        case .roundRobin(var turn):
            index = turn.pick(of: ready.count) { isGood(ready[$0]) && ready[$0].pick() != nil }
            choice = .roundRobin(turn)
        case .leastRequest(let draw):
            index = draw.pick(of: shares, random: &core.random) { load($0) { _, load in load } }
        case .leastLatency(let draw):
            index = draw.pick(of: shares, random: &core.random) { load($0) { $0.meter.cost(of: $1, unit: shares.unit) } }
        }
        return index.flatMap { ready[$0].pick() }
    }

    func wanted() {
        isActive = true
        connectAll()
    }

    // MARK: Failure

    /// The last reason, once nobody is connected, being connected, or about to be for the first time, and has not been for a while.
    var failure: RPCError? {
        guard !members.isEmpty else { return Self.noEndpoints }
        guard let outageBegan, core.loop.nowNanoseconds - outageBegan >= core.configuration.outagePatience.clampedNanoseconds
        else { return nil }
        return lastFailure
    }

    private var lastFailure: RPCError? {
        guard ready.isEmpty else { return nil }
        var shown: ConnectFailure?
        for line in members.lazy.flatMap(\.lines) {
            guard line.isDown, let failure = line.failure else { return nil }
            shown.take(failure)
        }
        return shown?.error
    }

    private func patienceEnded() {
        if let failure { core.failPending(failure) }
    }

    private func noteOutage() {
        guard lastFailure != nil else { return }
        if outageBegan == nil {
            outageBegan = core.loop.nowNanoseconds
            patienceTimer.set(after: core.configuration.outagePatience)
        }
        if let failure { core.failPending(failure) }
    }

    // MARK: From subchannels

    func connected(_ subchannel: Subchannel) {
        guard let (member, line) = place(of: subchannel) else { return }
        member.connected(line)
        outageBegan = nil
        patienceTimer.cancel()
        noteReady()
        core.startPending()
    }

    func failed(_ subchannel: Subchannel, _ failure: ConnectFailure) {
        guard let (_, line) = place(of: subchannel) else { return }
        line.failed(failure)
        core.resolveAgain()
        noteOutage()
    }

    func lost(_ subchannel: Subchannel, after life: Duration) {
        guard let (member, line) = place(of: subchannel) else { return }
        member.lost(line, after: life)
        noteReady()
        core.resolveAgain()
    }

    func forgetFailures() {
        for member in members {
            member.meter.forget()
            for line in member.lines { line.forgetFailures() }
        }
        if isActive { connectAll() }
    }

    func close() {
        patienceTimer.cancel()
        core.preferred = nil
        let all = members
        (members, ready) = ([], [])
        for member in all {
            let subchannels = member.lines.map(\.subchannel)
            member.leave()
            for subchannel in subchannels { subchannel.close() }
        }
    }

    private func place(of subchannel: Subchannel) -> (SpreadMember, SpreadLine)? {
        for member in members {
            if let line = member.line(of: subchannel) { return (member, line) }
        }
        return nil
    }

    private func noteReady() {
        ready = members.filter { $0.active != nil }
        shares = CapacityShares(ready.map(\.capacity))
        // The short way, where there is no choice.
        core.preferred = members.count == 1 ? ready.first?.active?.subchannel.readyConnection : nil
    }

    private func connectAll() {
        for line in members.lazy.flatMap(\.lines) { line.connect() }
    }
}
