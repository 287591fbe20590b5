/// `saturation`: that latency holds when the server is busy but not full.
package struct SaturationProof: Proof {
    package static let name = "saturation"
    package static let promise = "echo over mutual TLS on one core at 70 % of its saturation: p99 within 4 x p50"

    /// At full size the promise. The short form shares its two cores with whatever else CI does: a program that waits for a core for
    /// 60 ms was seen to make a ratio of 45. There it is the median that tells whether calls pile up.
    private let limit: Double
    private let seconds: Double
    private static let share = 0.7
    /// Part of the rate that must have been answered within the round. 0.97: what is under way at its end is a few milliseconds' worth.
    private static let carried = 0.97
    /// A neighbour on the machine makes a p99 worse, never better: the best round counts, and the first good one ends it.
    private let rounds: Int
    /// Rounds that may be void beside those: one that was not carried says nothing, neither for the promise nor against it.
    private let voidRounds: Int

    package init(quick: Bool, seed: UInt64?) {
        limit = quick ? 200 : 4
        seconds = quick ? 1 : 10
        rounds = quick ? 8 : 3
        voidRounds = quick ? 24 : 0
    }

    package func run(programs: String) async throws -> Verdict {
        // Without refusals for load: those of a busy neighbour would be quick answers, and not what is measured.
        let bench = try EchoBench(mode: .mtls, serving: ["--unhurried"])
        return try await bench.run {
            let common = ["--connections", "8", "--streams", "8", "--seconds", "\(seconds)"]
            _ = try await bench.load(common)
            var best: (ratio: Double, text: String)?
            var (round, carriedRounds) = (0, 0)
            while carriedRounds < rounds, round < rounds + voidRounds {
                round += 1
                let full = try await bench.load(common)
                let rate = full.callsPerSecond * Self.share
                let busy = try await bench.load(common + ["--rate", "\(rate)"])
                let ratio = busy.p99Microseconds / max(1, busy.p50Microseconds)
                // Where fewer calls end than were asked for, they have piled up: the two cores did not carry this load and its
                // generator, and the ratio of two long waits says nothing.
                let isCarried = busy.callsPerSecond >= Self.carried * rate
                let text =
                    "p50 \(Int(busy.p50Microseconds)) µs, p99 \(Int(busy.p99Microseconds)) µs at \(Int(rate)) calls/s of "
                    + "\(Int(full.callsPerSecond))"
                print("round \(round): \(text)" + (isCarried ? "" : ", void: the load was not carried"))
                guard isCarried else { continue }
                carriedRounds += 1
                if ratio < best?.ratio ?? .infinity { best = (ratio, text) }
                if ratio <= limit { break }
            }
            guard let best else {
                return Verdict(isGood: false, figure: "70 % of saturation was not carried in any of \(round) rounds")
            }
            let shown = (best.ratio * 10).rounded() / 10
            return Verdict(isGood: best.ratio <= limit, figure: "p99 is \(shown) x p50 (at most \(limit)): \(best.text)")
        }
    }
}
