internal import SampanDomain

/// How the ferry does, seen from outside.
package struct FerryState: Sendable, Equatable {
    /// What there is of one worker. Numbers count from the start of this process.
    package struct Worker: Sendable, Equatable {
        package let worker: Int64
        /// How many there are, as it said last; 0: it has not asked.
        package let count: Int64
        /// Since it last asked; nil: never.
        package let silence: Duration?
        /// Rows of its share without an outcome.
        package fileprivate(set) var open = 0
        /// Age of the oldest of them; nil without one.
        package fileprivate(set) var lag: Duration?
        /// Those that were handed out.
        package fileprivate(set) var held = 0
        /// Those whose lease is over.
        package fileprivate(set) var doubtful = 0
        package let finished: UInt64
        package let lastRow: Int64?
        /// How often another worker took some of its rows.
        package let timesHelped: UInt64
    }

    package let open: Int
    /// Age of the oldest row without an outcome; nil without one.
    package let oldest: Duration?
    package let lease: Duration
    /// By number.
    package let workers: [Worker]
}

extension FerryState {
    init(_ rows: OpenRows, _ slots: WorkerSlots, now: UnixTime, at instant: ContinuousClock.Instant) {
        var workers: [Int64: Worker] = [:]
        for (worker, account) in slots.accounts {
            workers[worker] = Worker(
                worker: worker, count: account.count, silence: account.askedAt.map { $0.duration(to: instant) }, finished: account.finished,
                lastRow: account.lastRow, timesHelped: account.timesHelped)
        }
        var oldest: Duration?
        // Rows that nobody was handed are whose they would be by what the last worker said.
        let count = slots.count
        rows.forEach { row in
            let age = Duration.nanoseconds(max(0, now.nanoseconds.subtractingReportingOverflow(row.submittedAt.nanoseconds).partialValue))
            oldest = max(oldest ?? .zero, age)
            guard let owner = row.worker ?? count.map({ row.owner(of: $0) }), var state = workers[owner] else { return }
            state.open += 1
            state.lag = max(state.lag ?? .zero, age)
            if row.worker != nil {
                state.held += 1
                if !slots.isHeld(owner, at: instant) { state.doubtful += 1 }
            }
            workers[owner] = state
        }
        self.init(open: rows.count, oldest: oldest, lease: slots.lease, workers: workers.values.sorted { $0.worker < $1.worker })
    }
}
