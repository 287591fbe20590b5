@testable import SampanRPC

/// One handler after another, calls that come at random, and callers that wait for 500 ms: a loop without a loop, on a counted clock.
enum SimulatedServer {
    struct Outcome {
        /// Served in time, of what a server that is always busy serves.
        var goodput = 0.0
        /// Of the tenth of all calls that are of high priority, after the first two seconds.
        var highShare = 0.0
        var refused = 0
    }

    private struct Call {
        let rank: UInt8
        let came: Int64
        let isHigh: Bool
    }

    private static let patience: Int64 = 500_000_000
    private static let second: Int64 = 1_000_000_000

    /// - Parameters:
    ///   - settings: nil for a server without control.
    ///   - perSecond: calls that it serves when it is busy, until half of the time is over.
    ///   - pause: nanoseconds that the machine does something else, at a random moment of every second.
    ///   - slowdown: how many times what they did calls cost in the second half.
    static func run(
        _ settings: OverloadControl.Settings?, perSecond: Int, times: Double, seconds: Int64, seed: UInt64, pause: Int64 = 0,
        slowdown: Int64 = 1
    ) -> Outcome {
        var random = JitterRandom(seed: seed)
        var control = settings.map { OverloadControl($0, now: 0) }
        let cost = second / Int64(perSecond)
        let gap = Int64(Double(cost) / times)
        var (now, next, outcome, served, high, highServed) = (0 as Int64, 0 as Int64, Outcome(), 0, 0, 0)
        var (queue, first): ([Call], Int) = ([], 0)
        var nextPause = Int64.random(in: 0..<second, using: &random)
        while now < seconds * second {
            if pause > 0, now >= nextPause {
                now += pause
                nextPause = (now / second + 1) * second + Int64.random(in: 0..<second - pause, using: &random)
            }
            // What came while the last one was served.
            while next <= now {
                let isHigh = Int.random(in: 0..<10, using: &random) == 0
                let rank = CallRank.of(isHigh ? .high : .normal, caller: UInt64.random(in: 0..<3, using: &random), turn: 0)
                if isHigh, next > 2 * second { high += 1 }
                if control?.admits(rank, at: next) ?? true {
                    queue.append(Call(rank: rank, came: next, isHigh: isHigh))
                } else {
                    outcome.refused += 1
                }
                next += Int64.random(in: 0...(2 * gap), using: &random)
            }
            guard first < queue.count else {
                now = next
                continue
            }
            let call = queue[first]
            first += 1
            // Its deadline has ended it.
            if now - call.came >= patience { continue }
            guard control?.starts(call.rank, after: now - call.came) ?? true else {
                outcome.refused += 1
                continue
            }
            now += Int64.random(in: cost / 2...(cost * 3 / 2), using: &random) * (now < seconds * second / 2 ? 1 : slowdown)
            guard now - call.came <= patience else { continue }
            served += 1
            if call.isHigh, call.came > 2 * second { highServed += 1 }
        }
        let possible = Double(Int64(perSecond) * seconds) * (0.5 + 0.5 / Double(slowdown)) * Double(second - pause) / Double(second)
        outcome.goodput = Double(served) / possible
        outcome.highShare = Double(highServed) / Double(max(1, high))
        return outcome
    }
}
