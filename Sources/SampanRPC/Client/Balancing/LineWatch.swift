/// Finds out that a line to a node is dead while another one to the same node lives. Sans-IO: times are nanoseconds of the loop's clock.
///
/// ```
/// listening ──silent, and awaited──► asked ──anything heard──► listening
///                                      └──still silent──► compared: the others are asked
///                                                            ├──heard──► listening
///                                                            ├──another answers, and it does not──► dead
///                                                            └──nobody answers──► listening: the node is busy, or gone
/// ```
/// A limit of time alone would have to be long, or it would cut good lines whenever a node is busy. Here a line is held against another
/// one to the same process: what makes the node slow makes both slow.
package struct LineWatch: Sendable {
    package enum Action: Sendable, Hashable {
        /// Look again after so many nanoseconds.
        case wait(Int64)
        /// Send a ping, and look again.
        case ask(Int64)
        /// Send a ping over every other line, and look again.
        case askOthers(Int64)
        case dead
        /// Nobody waits for anything: look again when a call has begun.
        case rest
    }

    private enum State {
        case listening
        case asked(Int64)
        case compared(asked: Int64, at: Int64)
    }

    /// Silence, while calls wait, after which a line is asked whether it is there. 250 ms: most answers are faster.
    package static let firstSilence: Int64 = 250_000_000
    /// The same once it has answered so often that the calls are simply long. 10 s: a watch over which nothing happens for hours.
    package static let longestSilence: Int64 = 10_000_000_000
    /// Time for the answer before others are asked. 400 ms: beyond the round trip of any line that a region has, with a lost packet in it.
    package static let patience: Int64 = 400_000_000
    /// From one look at the others to the next. 50 ms: what both lines have sent meanwhile has been read.
    package static let settle: Int64 = 50_000_000

    private var state = State.listening
    private var silence = LineWatch.firstSilence

    package init() {}

    /// A call has begun: it may be one with a fast answer.
    package mutating func callBegan() { silence = Self.firstSilence }

    /// What to do now. `heard`: when the line last brought anything. `others`: the same of the other lines to the node, the latest of
    /// them; nil where there is none. `isAwaited`: whether calls wait for answers over the line.
    package mutating func check(now: Int64, heard: Int64, others: Int64?, isAwaited: Bool) -> Action {
        switch state {
        case .listening: return listen(now, heard, isAwaited)
        case .asked(let asked), .compared(let asked, _):
            if heard >= asked {
                state = .listening
                silence = min(silence * 2, Self.longestSilence)
                return listen(now, heard, isAwaited)
            }
        }
        return judge(now, others)
    }

    private mutating func listen(_ now: Int64, _ heard: Int64, _ isAwaited: Bool) -> Action {
        guard isAwaited else { return .rest }
        guard now - heard >= silence else { return .wait(silence - (now - heard)) }
        state = .asked(now)
        return .ask(Self.patience)
    }

    private mutating func judge(_ now: Int64, _ others: Int64?) -> Action {
        switch state {
        case .listening: return .wait(silence)
        case .asked(let asked):
            guard now - asked >= Self.patience else { return .wait(Self.patience - (now - asked)) }
            state = .compared(asked: asked, at: now)
            return .askOthers(Self.settle)
        case .compared(_, let at):
            if let others, others >= at { return .dead }
            guard now - at >= Self.patience else { return .wait(Self.settle) }
            // Nothing to compare with: whoever limits the time altogether decides.
            state = .listening
            silence = min(silence * 2, Self.longestSilence)
            return .wait(silence)
        }
    }
}
