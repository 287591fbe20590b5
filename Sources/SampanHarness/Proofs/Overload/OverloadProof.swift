internal import Foundation

/// `overload`: that a node which is offered three times what it can serve goes on serving, and serves what matters.
package struct OverloadProof: Proof {
    package static let name = "overload"
    package static let promise = "three times the load that one loop can serve: goodput ≥ 90 % of the peak, the important calls first"

    /// At full size the promise. The short form runs beside whatever else CI does, and its windows see that.
    private let limit: Double
    private let seconds: Double
    /// What is offered, in peaks. The last is what is promised for.
    private let offers: [Double]
    private let rounds: Int
    private let isQuick: Bool

    /// Some 0.8 ms: what a call of a real service takes (throughput: 0.3 ms), and much more than to refuse one.
    private static let work = 400_000
    /// In milliseconds: below the shortest that a person would set.
    private static let deadline = 500
    private static let contrast = "without control"

    package init(quick: Bool, seed: UInt64?) {
        isQuick = quick
        limit = quick ? 0.5 : 0.9
        seconds = quick ? 2.5 : 6
        offers = quick ? [3] : [0.5, 0.8, 1, 1.5, 2, 3]
        rounds = quick ? 4 : 3
    }

    package func run(programs: String) async throws -> Verdict {
        var best: OverloadCurve?
        for round in 1...rounds {
            let curve = try await measure(isControlled: true)
            print("round \(round): goodput at 3 x the peak is \(OverloadFigures.percent(curve.lastShare)) of the peak")
            if curve.lastShare > best?.lastShare ?? -1 { best = curve }
            if curve.lastShare >= limit { break }
        }
        guard let best, let last = best.points.last?.figures else { throw HarnessError("nothing was measured") }
        let bare = try await measure(isControlled: false)
        if !isQuick { try OverloadChart(best, bare).write() }
        let parts = OverloadFigures.order.compactMap { name in
            last.priorities[name].map { "\(name) \(OverloadFigures.percent($0.servedShare))" }
        }
        return Verdict(
            isGood: best.lastShare >= limit && last.failed == 0,
            figure: "goodput at 3 x is \(OverloadFigures.percent(best.lastShare)) of the peak of \(Int(best.peak)) calls/s (at least "
                + "\(Int(limit * 100)) %); served: \(parts.joined(separator: ", ")); \(Self.contrast) "
                + "\(OverloadFigures.percent(bare.lastShare))")
    }

    private static func server(isControlled: Bool) throws -> EchoBench {
        try EchoBench(mode: .mtls, serving: ["--work", "\(work)"] + (isControlled ? [] : ["--unhurried"]))
    }

    /// The peak is that of a server without control, which refuses nobody where the machine pauses; it sleeps while the other is measured.
    private func measure(isControlled: Bool) async throws -> OverloadCurve {
        let bare = try Self.server(isControlled: false)
        return try await bare.run {
            guard isControlled else { return try await measure(bare, besides: bare) }
            let bench = try Self.server(isControlled: true)
            return try await bench.run { try await measure(bench, besides: bare) }
        }
    }

    private func measure(_ bench: EchoBench, besides bare: EchoBench) async throws -> OverloadCurve {
        // 16 calls at once: the server is full, and nobody waits for long.
        let full = ["--connections", "8", "--streams", "2", "--seconds", "\(seconds / 2)"]
        _ = try await bare.load(full)
        let before = try await bare.load(full).callsPerSecond
        var measured: [OverloadCurve.Point] = []
        for offer in offers {
            let output = try await bench.client(
                "overload", ["--rate", "\(before * offer)", "--seconds", "\(seconds)", "--deadline", "\(Self.deadline)"])
            measured.append(OverloadCurve.Point(offer: offer, figures: try OverloadFigures(json: output)))
        }
        let after = try await bare.load(full).callsPerSecond
        // The larger: a neighbour on the machine makes a peak lower, never higher, and a low peak would flatter what is divided by it.
        let peak = max(before, after)
        print("\(bench.port == bare.port ? Self.contrast : "with control"): the peak is \(Int(before)) calls/s before, \(Int(after)) after")
        // What was offered, in that peak.
        let points = measured.map { OverloadCurve.Point(offer: $0.offer * before / peak, figures: $0.figures) }
        for point in points {
            let offer = (point.offer * 10).rounded() / 10
            print("  \(offer) x: \(OverloadFigures.percent(point.figures.goodput / peak)) of the peak; \(point.figures.text)")
        }
        return OverloadCurve(peak: peak, points: points)
    }
}
