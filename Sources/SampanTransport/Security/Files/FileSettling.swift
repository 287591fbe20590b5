/// When changed files are worth reading: once they have stayed as they are for a while. No I/O, no clock.
///
/// ```
/// taken ──changed──► settling ──unchanged for a while──► (read) ──consistent──► taken
///   ▲                  ▲  │ changed: anew                   └──not──► broken ──looked at again, unchanged──► (report, once)
///   └──────────────────┴──┴──────────────────────────changed───────────┘
/// ```
/// `Stamp` is what tells one state of the files from another.
struct FileSettling<Stamp: Equatable> {
    enum Action: Equatable {
        /// Look again when something is heard of them, or after so long.
        case wait(Duration)
        /// Read them, and say `took` or `failed`.
        case read
        /// They stay broken: tell the person whose files they are.
        case report
    }

    private enum State: Equatable {
        case taken
        case settling(since: Duration)
        /// They were read and made no set; `isReported` from the second look on.
        case broken(since: Duration, isReported: Bool)
    }

    /// How long files must stay as they are before they are read: longer than any writer pauses between two pieces.
    let settleTime: Duration
    /// Time between looks when nothing is heard.
    let interval: Duration
    private var state = State.taken
    private var stamp: Stamp

    /// `stamp`: of the files as they were when they were last read.
    init(_ stamp: Stamp, settleTime: Duration, interval: Duration) {
        self.stamp = stamp
        self.settleTime = settleTime
        self.interval = interval
    }

    var isSettling: Bool {
        if case .settling = state { true } else { false }
    }

    /// The files are as `stamp` says at `now`, a time since whenever.
    mutating func looked(_ stamp: Stamp, at now: Duration) -> Action {
        guard stamp == self.stamp else {
            self.stamp = stamp
            state = .settling(since: now)
            return .wait(settleTime)
        }
        switch state {
        case .taken: return .wait(interval)
        case .settling(let since):
            let left = settleTime - (now - since)
            return left > .zero ? .wait(left) : .read
        case .broken(let since, let isReported):
            guard !isReported else { return .wait(interval) }
            // One file of a set may take a while longer to come than the others.
            let left = interval - (now - since)
            guard left <= .zero else { return .wait(left) }
            state = .broken(since: since, isReported: true)
            return .report
        }
    }

    /// What was read is in force, or is what was in force already. `stamp`: of the files after they were read.
    mutating func took(_ stamp: Stamp, at now: Duration) {
        state = stamp == self.stamp ? .taken : .settling(since: now)
        self.stamp = stamp
    }

    /// What was read is no set, or does not work.
    mutating func failed(_ stamp: Stamp, at now: Duration) {
        state = stamp == self.stamp ? .broken(since: now, isReported: false) : .settling(since: now)
        self.stamp = stamp
    }
}
