internal import SampanAPI

/// `rotation`: every certificate, the issuer and the root change while everybody calls everybody, and nobody notices.
package struct RotationProof: Proof {
    package static let name = "rotation"
    package static let promise =
        "every node's certificate, the issuer and the root change under load: 0 calls fail, 0 streams break, < 60 s, p99 within + 25 %"

    private let options: TrafficRegion.Options
    private let baseline: Duration

    package init(quick: Bool, seed: UInt64?) {
        var options = TrafficRegion.Options()
        if quick { (options.members, options.haste) = (4, 5) }
        self.options = options
        baseline = .seconds(quick ? 3 : 20)
        pace = quick ? .zero : .seconds(1)
        isShort = quick
    }

    /// The short form runs unoptimised on a machine that does other things: it judges what was lost, not how long it took.
    private let isShort: Bool

    /// Between two nodes whose certificates an admin has renewed.
    private let pace: Duration
    private static let limit: Duration = .seconds(60)
    private static let slowdown = 1.25

    package func run(programs: String) async throws -> Verdict {
        try await TrafficRegion.run(Self.name, programs: programs, options: options) { region in
            // The connections open, and everything is as it will be.
            _ = try await measure(region, "warm-up", .seconds(isShort ? 1 : 5))
            let before = try await measure(region, "before", baseline)
            let start = ContinuousClock.now
            let (during, steps) = try await rotate(region)
            let took = start.duration(to: .now)
            print(during.shown("during", seconds: took.milliseconds / 1_000))
            let after = try await measure(region, "after", baseline)
            return judge(before: before, during: during, after: after, took: took, steps: steps)
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

    private func judge(before: TrafficSum, during: TrafficSum, after: TrafficSum, took: Duration, steps: String) -> Verdict {
        let quiet = (before.percentile(99) + after.percentile(99)) / 2
        let ratio = during.percentile(99) / max(quiet, 0.001)
        var all = before
        all.add(during)
        all.add(after)
        let lostNothing = all.failed == 0 && all.broken == 0 && during.calls > 0 && during.echoes > 0
        let isGood = lostNothing && (isShort || (took < Self.limit && ratio <= Self.slowdown))
        return Verdict(
            isGood: isGood,
            figure: "\(options.members) nodes, \(took.shown) (\(steps)): \(all.failed) of \(all.calls) calls failed, \(all.broken) streams "
                + "broken; p99 \(during.percentile(99).tenths) ms, without rotation \(before.percentile(99).tenths) and "
                + "\(after.percentile(99).tenths) ms: \(ratio.tenths) x (at most \(Self.slowdown))")
    }
}
