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
        var waiters: [Waiter] = []
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())

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

    func remove(_ seq: Int64) { _ = state.withLock { $0.rows.remove(seq) } }

    func claim(_ partition: Partition, limit: Int, maximumBytes: Int, now: UnixTime) -> [ClaimedRow] {
        state.withLock { $0.rows.claim(partition, limit: limit, maximumBytes: maximumBytes, now: now) }
    }

    /// True when there is an open row of the share; false when the task was cancelled first.
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
                    if state.rows.hasRow(of: partition) { return true }
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
