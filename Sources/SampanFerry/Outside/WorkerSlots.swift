/// Who speaks for each worker number, under which fence, and until when. Sans-IO: time comes with each call.
///
/// ```
///          enter, a new session            nobody holds it any more, somebody helps
///  free ──────────────────────► its own ───────────────────────────────────────────► a helper's
///                               ▲     ▲                                                   │
///                               └enter┘◄──────────────────── enter ───────────────────────┘
/// ```
/// Each arrow to another holder takes a new fence. The worker itself always gets its slot at once: one process of a number is meant to run,
/// and the one that started last is that one.
struct WorkerSlots {
    private struct Slot {
        /// Of the worker itself; nil while only helpers have been here.
        var session: WorkerSession?
        /// Sessions of this number that were replaced, newest last.
        var former: [WorkerSession] = []
        var holder: WorkerSession
        var fence: Int64
        var until: ContinuousClock.Instant
        var account = Account()
    }

    /// What is told of a worker.
    struct Account: Sendable, Hashable {
        /// As it said last; 0 before it has.
        var count: Int64 = 0
        var askedAt: ContinuousClock.Instant?
        var finished: UInt64 = 0
        var lastRow: Int64?
        var timesHelped: UInt64 = 0
    }

    /// Replaced sessions that are remembered for each worker: as many as may still be alive somewhere, and some.
    private static let formerLimit = 8

    /// How long rows are a worker's after it took them.
    let lease: Duration
    private var slots: [Int64: Slot] = [:]
    private var newest: Int64 = 0

    init(lease: Duration) { self.lease = lease }

    /// The worker itself asks: its lease begins anew. Nil when another run of it has replaced this one.
    /// - Parameter fence: what it gets is newer.
    mutating func enter(
        _ partition: Partition, _ session: WorkerSession, above fence: Int64, at now: ContinuousClock.Instant
    ) -> FerryFence? {
        newest = max(newest, fence)
        let worker = partition.worker
        var slot = slots[worker] ?? Slot(session: session, holder: session, fence: 0, until: now)
        if let current = slot.session, current != session {
            guard !slot.former.contains(session) else { return nil }
            slot.former.append(current)
            if slot.former.count > Self.formerLimit { slot.former.removeFirst() }
        }
        slot.session = session
        (slot.account.count, slot.account.askedAt) = (partition.count, now)
        return hold(&slot, worker, session, above: fence, at: now)
    }

    /// Whether somebody holds rows of the worker.
    func isHeld(_ worker: Int64, at now: ContinuousClock.Instant) -> Bool { slots[worker].map { now < $0.until } ?? false }

    /// Whether somebody else than this one does.
    func isHeld(_ worker: Int64, butBy session: WorkerSession, at now: ContinuousClock.Instant) -> Bool {
        isHeld(worker, at: now) && slots[worker]?.holder != session
    }

    /// Another worker takes over rows that nobody else holds; those that it holds already it keeps for another lease.
    /// - Parameter fence: what it gets is newer, also where it holds them already: after a restart of the gateway its fences may be older
    ///   than what the HIS has seen of that worker, and a helper that kept such a one would be fenced off for ever.
    mutating func help(
        _ worker: Int64, _ helper: WorkerSession, above fence: Int64, at now: ContinuousClock.Instant
    ) -> FerryFence {
        newest = max(newest, fence)
        var slot = slots[worker] ?? Slot(session: nil, holder: helper, fence: 0, until: now)
        if !isHeld(worker, at: now) { slot.account.timesHelped += 1 }
        return hold(&slot, worker, helper, above: fence, at: now)
    }

    /// A row that was handed out under a fence of the worker has its outcome.
    mutating func finish(_ worker: Int64, _ seq: Int64) {
        slots[worker]?.account.finished += 1
        slots[worker]?.account.lastRow = seq
    }

    /// Of all that are known, by number.
    var accounts: [(worker: Int64, account: Account)] {
        slots.map { (worker: $0.key, account: $0.value.account) }.sorted { $0.worker < $1.worker }
    }

    /// How many workers there are, as the last one to ask has said; nil when none has.
    var count: Int64? {
        slots.values.filter { $0.account.askedAt != nil }.max { ($0.account.askedAt ?? $0.until) < ($1.account.askedAt ?? $1.until) }?
            .account.count
    }

    private mutating func hold(
        _ slot: inout Slot, _ worker: Int64, _ session: WorkerSession, above fence: Int64, at now: ContinuousClock.Instant
    ) -> FerryFence {
        if slot.holder != session || slot.fence <= fence {
            newest += 1
            (slot.holder, slot.fence) = (session, newest)
        }
        slot.until = now + lease
        slots[worker] = slot
        return FerryFence(worker: worker, number: slot.fence)
    }
}
