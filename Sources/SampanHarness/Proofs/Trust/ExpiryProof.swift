internal import SampanMesh

/// `expiry`: no certificate ends while it is used, and a node whose certificate has ended comes back at once.
package struct ExpiryProof: Proof {
    package static let name = "expiry"
    package static let promise =
        "five virtual years, the authority down 30 % of the days, clocks ± 5 min: none expires in use; an expired node is back < 5 s"

    private let options: TrafficRegion.Options
    private let seed: UInt64
    private let histories: Int
    /// Seconds of a node's certificate.
    private let life: Int
    /// How long the region is watched while its nodes renew.
    private let watch: Duration

    package init(quick: Bool, seed: UInt64?) {
        var options = TrafficRegion.Options()
        options.members = quick ? 3 : 12
        options.peersEach = quick ? 2 : 3
        options.pauseMicroseconds = 20_000
        // Backdated by 5 minutes, they are renewed at 33 to 87 s: the region lives through some certificates of each node.
        life = quick ? 3_600 : 240
        watch = .seconds(quick ? 2 : 180)
        options.certificateLife = "\(life)s"
        self.options = options
        histories = quick ? 3 : 20
        self.seed = seed ?? .random(in: 0 ... .max)
    }

    /// From the certificate to the first answer of every peer that the node calls.
    private static let limit: Duration = .seconds(5)

    package func run(programs: String) async throws -> Verdict {
        print("seed \(seed)")
        let years = playYears()
        return try await TrafficRegion.run(Self.name, programs: programs, options: options) { region in
            let (back, sum) = try await expire(region)
            let isGood = years.leastLeftDays > 0 && years.downShare > 0.28 && sum.failed == 0 && sum.broken == 0 && back < Self.limit
            return Verdict(
                isGood: isGood,
                figure:
                    "\(histories) times five years: \(years.renewals) renewals, \(years.refused) refused, least left of a certificate in "
                    + "use \(years.leastLeftDays.tenths) days; with certificates of \(life) s: \(sum.failed) of \(sum.calls) calls failed, "
                    + "\(sum.broken) streams broken; a node that had expired was back on all its peers in \(back.shown); seed \(seed)")
        }
    }

    private func playYears() -> FiveYears.Outcome {
        let outcomes = (0..<UInt64(histories)).map { index in
            var years = FiveYears(seed: seed &+ index)
            return years.run()
        }
        let outcome = FiveYears.Outcome(
            downShare: outcomes.map(\.downShare).min() ?? 0, renewals: outcomes.map(\.renewals).reduce(0, +),
            refused: outcomes.map(\.refused).reduce(0, +), leastLeftDays: outcomes.map(\.leastLeftDays).min() ?? 0)
        print("five years: down \(outcome.downShare.tenths) of the days at least, least left \(outcome.leastLeftDays.tenths) days")
        return outcome
    }

    /// The region renews for a while; then one node's certificate has ended: it starts, is let in nowhere, gets a certificate, and is back.
    private func expire(_ region: TrafficRegion) async throws -> (back: Duration, others: TrafficSum) {
        let victim = region.members[0]
        _ = await region.reports()
        try await Task.sleep(for: watch)
        var sum = TrafficSum(await region.reports())
        print(sum.shown("renewing", seconds: watch.milliseconds / 1_000))
        await victim.process.kill()
        try await region.expire(victim)
        let ticket = try await region.admin.ticket(for: victim.identity)
        try await victim.process.start()
        try await Task.sleep(for: .seconds(2))
        let refused = try await region.ownReport(victim)
        guard refused.peers.values.allSatisfy({ $0.calls == 0 }) else { throw HarnessError("an expired certificate was accepted") }
        let start = ContinuousClock.now
        try await region.enroll(victim, ticket)
        var answered: Set<String> = []
        var last: [String: Int] = [:]
        do {
            try await Waiting.value("the expired node to be back on all peers", limit: .seconds(30)) {
                let report = try await region.ownReport(victim)
                answered.formUnion(report.peers.filter { $0.value.calls > 0 }.keys)
                for (name, peer) in report.peers {
                    for (failure, count) in peer.failures { last["\(name): \(failure)", default: 0] += count }
                }
                return answered.count == options.peersEach ? () : nil
            }
        } catch {
            for (failure, count) in last { print("    \(count) x \(failure)") }
            throw error
        }
        let back = start.duration(to: .now)
        sum.add(TrafficSum(await region.reports(of: region.members.filter { $0.name != victim.name }), excused: [victim.name]))
        return (back, sum)
    }
}
