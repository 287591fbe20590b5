internal import SampanDomain
internal import Synchronization

/// The open rows and the workers that wait for one, under one lock: a row is either seen by the look or wakes the wait.
final class OpenRowBoard: Sendable {
    private struct Waiter {
        let id: UInt64
        let partition: Partition
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var rows = OpenRows()
        var slots: WorkerSlots
        var waiters: [Waiter] = []
        var lastID: UInt64 = 0
    }

    private let state: Mutex<State>
    private let monotonic: @Sendable () -> ContinuousClock.Instant

    /// - Parameter lease: how long rows are a worker's after it took them.
    init(lease: Duration, monotonic: @escaping @Sendable () -> ContinuousClock.Instant) {
        state = Mutex(State(slots: WorkerSlots(lease: lease)))
        self.monotonic = monotonic
    }

    var count: Int { state.withLock { $0.rows.count } }

    func row(_ seq: Int64) -> OpenRows.Row? { state.withLock { $0.rows[seq] } }

    func append(_ row: OpenRows.Row) {
        let due = state.withLock { state -> [Waiter] in
            state.rows.append(row)
            guard !state.waiters.isEmpty else { return [] }
            let due = state.waiters.filter { $0.partition.contains(row.claimed.seq) }
            if !due.isEmpty { state.waiters.removeAll { $0.partition.contains(row.claimed.seq) } }
            return due
        }
        for waiter in due { waiter.continuation.resume(returning: true) }
    }

    func remove(_ seq: Int64) {
        state.withLock { state in
            guard let row = state.rows.remove(seq), let worker = row.worker else { return }
            state.slots.finish(worker, seq)
        }
    }

    /// Looks at every open row.
    func ferryState(now: UnixTime) -> FerryState {
        let instant = monotonic()
        let (rows, slots) = state.withLock { ($0.rows, $0.slots) }
        return FerryState(rows, slots, now: now, at: instant)
    }

    /// As `OpenRows.claim`.
    func claim(_ claim: RowClaim, maximumBytes: Int, now: UnixTime) -> [ClaimedRow]? {
        let instant = monotonic()
        return state.withLock { state in
            state.rows.claim(claim, &state.slots, maximumBytes: maximumBytes, now: now, at: instant)
        }
    }

    /// True when there is an open row of the share which is nobody else's; false when the task was cancelled first.
    func wait(for partition: Partition) async -> Bool {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    // Set before the handler below runs: a cancellation is seen either here or there.
                    if Task.isCancelled { return false }
                    if state.rows.hasRow(of: partition, state.slots, at: monotonic()) { return true }
                    state.waiters.append(Waiter(id: id, partition: partition, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: false)
        }
    }
}
