internal import SampanAPI

/// `rotation`: every certificate, the issuer and the root change while everybody calls everybody, and nobody notices.
package struct RotationProof: Proof {
    package static let name = "rotation"
    package static let promise =
        "every node's certificate, the issuer and the root change under load: 0 calls fail, 0 streams break, < 60 s, p99 within + 25 %"

    private let options: TrafficRegion.Options
    /// The short form runs unoptimised on a machine that does other things: it judges what was lost, not how long it took.
    private let isShort: Bool
    /// Between two nodes whose certificates an admin has renewed.
    private let pace: Duration
    /// Of a slice without rotation.
    private let quiet: Duration
    /// Odd, so that one of them is the median. A neighbour on this machine moves the p99 of a slice by more than a rotation does, and for
    /// longer than a slice: each rotation is held against the slices just before and after it, and no single one decides.
    private let rounds: Int

    private static let limit: Duration = .seconds(60)
    private static let slowdown = 1.25

    package init(quick: Bool, seed: UInt64?) {
        var options = TrafficRegion.Options()
        if quick { (options.members, options.haste) = (4, 5) }
        self.options = options
        isShort = quick
        pace = quick ? .zero : .seconds(1)
        quiet = .seconds(quick ? 2 : 15)
        rounds = quick ? 1 : 5
    }

    /// A whole rotation, and the slices that it is held against.
    private struct Round {
        let before: TrafficSum
        let during: TrafficSum
        let after: TrafficSum
        let took: Duration
        let steps: String

        /// The p99 of the rotation beside the mean of its neighbours'.
        var ratio: Double {
            during.percentile(99) / max((before.percentile(99) + after.percentile(99)) / 2, 0.001)
        }
    }

    package func run(programs: String) async throws -> Verdict {
        try await TrafficRegion.run(Self.name, programs: programs, options: options) { region in
            // The connections open, and everything is as it will be.
            _ = try await measure(region, "warm-up", .seconds(isShort ? 1 : 5))
            var done: [Round] = []
            var before = try await measure(region, "without", quiet)
            for number in 1...rounds {
                let start = ContinuousClock.now
                let (during, steps) = try await rotate(region)
                let took = start.duration(to: .now)
                print(during.shown("rotation \(number) of \(rounds)", seconds: took.milliseconds / 1_000))
                let after = try await measure(region, "without", quiet)
                done.append(Round(before: before, during: during, after: after, took: took, steps: steps))
                before = after
            }
            return judge(done)
        }
    }

    private func measure(_ region: TrafficRegion, _ title: String, _ time: Duration) async throws -> TrafficSum {
        _ = await region.reports()
        try await Task.sleep(for: time)
        let sum = TrafficSum(await region.reports())
        print(sum.shown(title, seconds: time.milliseconds / 1_000))
        return sum
    }

    /// What was seen meanwhile, in all, and how long each part took. Each step's own figures are printed: they show which one costs what.
    private func rotate(_ region: TrafficRegion) async throws -> (TrafficSum, String) {
        let clock = ContinuousClock()
        var sum = TrafficSum()
        var stepBegan = clock.now
        func endStep(_ title: String) async {
            let step = TrafficSum(await region.reports())
            print(step.shown("  \(title)", seconds: stepBegan.duration(to: clock.now).milliseconds / 1_000))
            stepBegan = clock.now
            sum.add(step)
        }
        func roll(_ kind: TrustV1.RolloverKind) async throws -> Duration {
            var last = "\(kind): before"
            let rolled = try await region.admin.roll(kind) { verb in
                await endStep(last)
                last = "\(kind): \(verb)"
            }
            await endStep(last)
            return rolled.took
        }
        let certificates = try await clock.measure {
            for member in region.members {
                try await region.order(.renew, member)
                try await Task.sleep(for: pace)
            }
        }
        await endStep("certificates")
        let (issuer, root) = (try await roll(.issuer), try await roll(.root))
        return (sum, "certificates \(certificates.shown), issuer \(issuer.shown), root \(root.shown)")
    }

    private func judge(_ rounds: [Round]) -> Verdict {
        var all = rounds.first?.before ?? TrafficSum()
        for round in rounds {
            all.add(round.during)
            all.add(round.after)
        }
        let lostNothing = all.failed == 0 && all.broken == 0 && rounds.allSatisfy { $0.during.calls > 0 && $0.during.echoes > 0 }
        let sorted = rounds.sorted { $0.ratio < $1.ratio }
        let (ratio, slowest) = (sorted[sorted.count / 2].ratio, rounds.max { $0.took < $1.took })
        let took = slowest?.took ?? .zero
        let shown = rounds.map { round in
            let sides = "\(round.before.percentile(99).tenths) and \(round.after.percentile(99).tenths)"
            return "\(round.during.percentile(99).tenths) beside \(sides) ms (\(round.ratio.tenths) x)"
        }
        return Verdict(
            isGood: lostNothing && (isShort || (took < Self.limit && ratio <= Self.slowdown)),
            figure:
                "\(options.members) nodes, \(rounds.count) rotations, the longest \(took.shown) (\(slowest?.steps ?? "")): \(all.failed) "
                + "of \(all.calls) calls failed, \(all.broken) streams broken; p99 \(shown.joined(separator: ", ")): median "
                + "\(ratio.tenths) x (at most \(Self.slowdown))")
    }
}
