/// `saturation`: that latency holds when the server is busy but not full.
package struct SaturationProof: Proof {
    package static let name = "saturation"
    package static let promise = "echo over mutual TLS on one core at 70 % of its saturation: p99 within 4 x p50"

    private let isQuick: Bool
    private let searchSeconds: Double
    private let seconds: Double
    private static let share = 0.7
    /// Part of the rate that must have been answered within the round. 0.97: what is under way at its end is a few milliseconds' worth.
    private static let carried = 0.97
    /// What a rate that was not carried is lowered by, for the next look: the saturation is known to this.
    private static let easing = 0.9
    /// From the closed loop's rate down to a hundredth of it. Calls that always wait for each other cost less than calls that come when
    /// they come, so the first few are never carried; the rest are for a machine that does other work besides.
    private static let searchRounds = 44
    /// A neighbour on the machine makes a latency worse, never better: the best round counts, and the first good one ends it.
    private static let rounds = 3

    package init(quick: Bool, seed: UInt64?) {
        isQuick = quick
        (searchSeconds, seconds) = quick ? (0.5, 1) : (3, 10)
    }

    package func run(programs: String) async throws -> Verdict {
        // Without refusals for load: those of a busy neighbour would be quick answers, and not what is measured.
        let bench = try EchoBench(mode: .mtls, serving: ["--unhurried"])
        return try await bench.run {
            _ = try await load(bench, seconds: searchSeconds, rate: nil)
            guard let saturation = try await saturation(of: bench) else {
                return Verdict(isGood: false, figure: "no rate was carried: calls pile up at a hundredth of the closed loop's")
            }
            let rate = saturation * Self.share
            var best: (measure: Double, text: String)?
            for round in 1...Self.rounds {
                let busy = try await load(bench, seconds: seconds, rate: rate)
                let text =
                    "p50 \(Int(busy.p50Microseconds)) µs, p99 \(Int(busy.p99Microseconds)) µs at \(Int(rate)) calls/s of \(Int(saturation))"
                print("round \(round): \(text)")
                let measure = measure(busy)
                if measure < best?.measure ?? .infinity { best = (measure, text) }
                if measure <= limit { break }
            }
            guard let best else { return Verdict(isGood: false, figure: "nothing was measured") }
            let shown = (best.measure * 10).rounded() / 10
            let name = isQuick ? "p50 is \(shown) ms" : "p99 is \(shown) x p50"
            return Verdict(isGood: best.measure <= limit, figure: "\(name) (at most \(limit)): \(best.text)")
        }
    }

    /// The highest rate, of those that were looked at, at which calls end as fast as they come.
    private func saturation(of bench: EchoBench) async throws -> Double? {
        var rate = try await load(bench, seconds: searchSeconds, rate: nil).callsPerSecond
        for _ in 0..<Self.searchRounds {
            let figures = try await load(bench, seconds: searchSeconds, rate: rate)
            if figures.callsPerSecond >= Self.carried * rate { return rate }
            rate *= Self.easing
        }
        return nil
    }

    private func load(_ bench: EchoBench, seconds: Double, rate: Double?) async throws -> LoadFigures {
        try await bench.load(
            ["--connections", "8", "--streams", "8", "--seconds", "\(seconds)"] + (rate.map { ["--rate", "\($0)"] } ?? []))
    }

    /// At full size the promise: p99 over p50. A neighbour that takes a core for 60 ms in every second makes any p99, so the short form,
    /// which shares its cores with whatever else CI does, looks at the median in milliseconds: calls that pile up take hundreds.
    private func measure(_ busy: LoadFigures) -> Double {
        isQuick ? busy.p50Microseconds / 1000 : busy.p99Microseconds / max(1, busy.p50Microseconds)
    }

    private var limit: Double { isQuick ? 20 : 4 }
}
