internal import SampanHTTP2
internal import SampanRPC

/// Ends those connections of one loop whose peers are refused, over as many turns as it takes. Loop-confined.
///
/// ```
/// asking (each connection once; who is refused is read no more) ──► ending (every call, then GOAWAY) ──► closing ──last closed──► over
///                                                                                     grace over: closed as they are ──┘
/// ```
/// Nothing is read from any of them before the first call is ended: what has to be over at once is over after the asking.
final class LoopCut: Resumable {
    private struct Entry {
        let owner: any CuttableConnection
        let reason: RPCError
        /// Calls that have not been ended yet, the newest first.
        var calls: [HTTP2Stream]
    }

    private let loop: EventLoop
    private let why: AdmissionGate.Question
    private let whenOver: (CutReport) -> Void
    private let began: Int64
    /// Not asked yet. Taken from the end, so that those that were are let go one by one and not thousands of them in the turn of the last.
    private var candidates: [any CuttableConnection]
    /// Asked, and not told everything yet.
    private var entries: [Entry] = []
    /// Connections that have not closed.
    private var open: [ObjectIdentifier: any CuttableConnection] = [:]
    private var isOver = false
    private var report = CutReport()
    private lazy var graceTimer = LoopTimer(loop) { [unowned self] in closeAll() }

    /// Connections that are asked in one turn; one that is refused counts as `questionsPerRefusal`. 512, some 0.2 ms.
    private static let questionsPerTurn = 512
    /// 8: the poller is told not to look at it any more.
    private static let questionsPerRefusal = 8
    /// Calls that are ended in one turn; a connection counts as `callsPerConnection`. 32, some 0.4 ms.
    private static let endsPerTurn = 32
    /// 4: GOAWAY, close_notify and the close of a socket are some 40 µs.
    private static let callsPerConnection = 4
    /// Time that a peer has to take its last words. 250 ms: a round trip of a bad line, and still well below a second for all.
    private static let grace: Duration = .milliseconds(250)

    /// `began`: when the cut was asked for, on the clock of all loops. `whenOver` is called once, when the last is closed.
    init(
        _ loop: EventLoop, _ connections: [any CuttableConnection], began: Int64, why: @escaping AdmissionGate.Question,
        whenOver: @escaping (CutReport) -> Void
    ) {
        self.loop = loop
        self.began = began
        self.why = why
        self.whenOver = whenOver
        candidates = connections
    }

    /// Begins the cut now.
    func start() {
        loop.assertOnLoop()
        resume()
    }

    /// Begins the cut in the next turn: for a call-back of a session, or of a balancer.
    func startNextTurn() {
        loop.assertOnLoop()
        loop.resumeNextTurn(self)
    }

    /// A turn's part of the work.
    func resume() {
        ask()
        if candidates.isEmpty { endSome() }
        if !candidates.isEmpty || !entries.isEmpty {
            loop.resumeNextTurn(self)
        } else if open.isEmpty {
            finish()
        } else if !graceTimer.isSet {
            graceTimer.set(after: Self.grace)
        }
    }

    /// One of the connections has been closed.
    func closed(_ owner: any CuttableConnection) {
        guard open.removeValue(forKey: ObjectIdentifier(owner)) != nil else { return }
        report.closedNanoseconds = EventLoop.readClock() - began
        if open.isEmpty, entries.isEmpty, candidates.isEmpty { finish() }
    }

    private func ask() {
        var left = Self.questionsPerTurn
        while left > 0, let owner = candidates.popLast() {
            left -= 1
            guard let peer = owner.connection.verifiedPeer, !owner.connection.isClosed, let reason = why(peer) else { continue }
            take(owner, reason)
            left -= Self.questionsPerRefusal
        }
    }

    private func take(_ owner: any CuttableConnection, _ reason: RPCError) {
        let connection = owner.connection
        let calls = connection.session.openStreams
        report.connections += 1
        report.streams += calls.count
        open[ObjectIdentifier(owner)] = owner
        let isFirst = owner.cuts.isEmpty
        owner.cuts.append(self)
        // Another cut that is under way does the rest; this one waits for the same end.
        guard isFirst else { return }
        connection.turnDeaf()
        owner.refuse(reason)
        report.silencedNanoseconds = EventLoop.readClock() - began
        entries.append(Entry(owner: owner, reason: reason, calls: calls))
    }

    private func endSome() {
        var left = Self.endsPerTurn
        while left > 0, let index = entries.indices.last {
            let owner = entries[index].owner
            guard !owner.connection.isClosed, let call = entries[index].calls.popLast() else {
                let entry = entries.removeLast()
                sayGoodbye(entry.owner)
                left -= Self.callsPerConnection
                continue
            }
            owner.end(call, entries[index].reason)
            left -= 1
        }
    }

    /// The connection closes by itself once this has gone out: no call is left.
    private func sayGoodbye(_ owner: any CuttableConnection) {
        let connection = owner.connection
        guard !connection.isClosed else { return }
        connection.session.submitGoAway(.noError)
        connection.markDirty()
    }

    /// Those that have not taken their last words will not.
    private func closeAll() {
        for owner in Array(open.values) { owner.connection.close(.refused) }
    }

    private func finish() {
        guard !isOver else { return }
        isOver = true
        graceTimer.cancel()
        whenOver(report)
    }
}
