/// Decides which calls a loop takes when more come than it serves. Sans-IO: times are nanoseconds of a clock that is handed in.
///
/// ```
///            a window's calls have waited too long            calm, and all fits
/// open ──────────────────────────────────────────► limited ────────────────────► open
///                                                   │   ▲
///                              still too long: lower│   │calm: back to what was served, then a little more each time
///                                                   └───┘
/// ```
/// The signal is how long calls wait for their handler, not how busy the machine is or how long handlers take (DAGOR; Zhou et al.,
/// "Overload Control for Scaling WeChat Microservices", SoCC 2018): a node that waits for others is not overloaded, and one that is full
/// but keeps up is not either. As there, the ranks of a window's calls say which level would admit how many. Other than there, a queue
/// tells what was really served meanwhile, so the level goes at once to where it belongs, and lower until the queue has gone.
package struct OverloadControl: Sendable {
    /// When a node counts as overloaded.
    package struct Settings: Sendable, Hashable {
        /// Mean wait of a window's calls above which it is overload, in nanoseconds.
        package var queueingLimit: Int64
        /// Time that is judged at once, in nanoseconds. 250 ms: long enough for some hundred calls, and a queue that grows by two thirds of
        /// it is still shorter than anybody's patience.
        package var window: Int64
        /// Calls that a window has to have started to say anything. 8: fewer that waited are chance.
        package var fewest: Int

        package init(queueingLimit: Int64, window: Int64 = 250_000_000, fewest: Int = 8) {
            (self.queueingLimit, self.window, self.fewest) = (max(1, queueingLimit), max(1, window), fewest)
        }
    }

    /// Windows that may pass before what was known is forgotten. 2, half a second: a
    /// call that comes ends a window, so one of the two was without any, and the queue has gone.
    private static let memory: Int64 = 2
    /// By so much of a hundred at least, and at most, calls are fewer after a window that was overloaded.
    private static let (leastCut, largestCut): (Int, Int) = (5, 50)
    /// By so much of a hundred calls may be more after the first calm window, twice as much after the second, up to the largest.
    private static let (firstRise, largestRise): (Int, Int) = (2, 20)
    /// What is admitted at once again after an overload, of a hundred that were served in it. 98: the machine was full then.
    private static let regained = 98
    /// What is left of the known capacity after a window that was overloaded and served less, of a hundred. 90: a window in which the
    /// machine did something else for a while (a neighbour, a disk, a collection of some library) says nothing of what it can, and was
    /// believed before: with 150 ms of pause a second goodput fell to 60 % of what was possible, and is 95 % so. A loop that has really
    /// become slower is known for it after a few windows, with the queue cut in each.
    private static let remembered = 90

    private let settings: Settings
    /// Nil while everything is admitted.
    package private(set) var level: AdmissionLevel?
    /// Calls of this window by rank.
    private var arrivals = [Int](repeating: 0, count: CallRank.count)
    private var arrived = 0
    private var admitted = 0
    private var started = 0
    private var waited: Int64 = 0
    private var lastWait: Int64 = 0
    /// The longest wait that a queue elsewhere has told of in this window.
    private var noted: Int64 = 0
    private var began: Int64
    /// Calls that are served in a window's time when the loop is full, from the overloaded windows of late; 0 when that is not known.
    private var capacity = 0
    private var calmWindows = 0

    package init(_ settings: Settings, now: Int64) {
        self.settings = settings
        began = now
    }

    /// A call has come; false when it is to be refused.
    package mutating func admits(_ rank: UInt8, at now: Int64) -> Bool {
        if now &- began >= settings.window { close(now) }
        arrivals[Int(rank)] += 1
        arrived += 1
        guard level?.admits(rank) ?? true else { return false }
        admitted += 1
        return true
    }

    /// The turn of a call has come, `wait` after it was there; false where it is not served after all: the level has risen above it. Short
    /// waits do not count for that: the level is lower for as long as that queue takes anyway, and to empty it besides would leave the loop
    /// with nothing to do.
    package mutating func starts(_ rank: UInt8, after wait: Int64) -> Bool {
        if wait >= settings.window, let level, rank < level.rank { return false }
        started += 1
        // Held to a minute, so that no sum of a window overflows.
        lastWait = min(max(0, wait), 60_000_000_000)
        waited &+= lastWait
        return true
    }

    /// Something that calls wait for elsewhere has a queue of so long.
    package mutating func note(queueing wait: Int64) { noted = max(noted, min(wait, 60_000_000_000)) }

    private mutating func close(_ now: Int64) {
        let elapsed = now &- began
        if elapsed >= settings.window &* Self.memory {
            (level, capacity, calmWindows) = (nil, 0, 0)
        } else if let target = target(elapsed) {
            level = AdmissionLevel(admitting: target, of: arrivals)
        }
        for index in arrivals.indices { arrivals[index] = 0 }
        (arrived, admitted, started, waited, lastWait, noted, began) = (0, 0, 0, 0, 0, 0, now)
    }

    /// How many calls the next window should admit; nil for any number.
    private mutating func target(_ elapsed: Int64) -> Int? {
        let mean = started > 0 ? waited / Int64(started) : 0
        // The last call too: after a pause of the machine those that came meanwhile have waited, and those that came since have not.
        let isFull = started >= settings.fewest && mean > settings.queueingLimit && lastWait > settings.queueingLimit
        let served = Int(Int64(started) * settings.window / elapsed)
        if isFull || noted > settings.queueingLimit {
            calmWindows = 0
            if isFull { capacity = max(served, capacity * Self.remembered / 100) }
            let backlog = Int(max(lastWait, noted) * 100 / elapsed)
            let cut = min(Self.largestCut, max(Self.leastCut, backlog))
            return max(1, (isFull ? known(elapsed) : min(started, admitted)) * (100 - cut) / 100)
        }
        guard level != nil else { return nil }
        // Not all that it could, and at least so much.
        capacity = max(capacity, served)
        calmWindows = min(calmWindows + 1, Self.largestRise / Self.firstRise)
        let grown = admitted * (100 + Self.firstRise * calmWindows) / 100 + 1
        let target = max(grown, known(elapsed) * Self.regained / 100)
        if target >= arrived { level = nil }
        return target
    }

    /// Calls that are served in a time when the loop is full, as far as is known.
    private func known(_ elapsed: Int64) -> Int { Int(Int64(capacity) * elapsed / settings.window) }
}
