internal import SampanAPI
internal import SampanRPC

/// `revocation`: an institution that does not obey is put out of the region, within a second, and nobody else notices.
package struct RevocationProof: Proof {
    package static let name = "revocation"
    package static let promise =
        "one institution of 12 is revoked while it calls on: nothing of it is accepted anywhere after 1 s, 0 calls of the others fail"

    private let options: TrafficRegion.Options
    private let victims: Int
    private let isShort: Bool

    package init(quick: Bool, seed: UInt64?) {
        var options = TrafficRegion.Options()
        if quick { options.members = 4 }
        self.options = options
        victims = quick ? 1 : 3
        isShort = quick
    }

    /// From the command to the last message of it that a handler has seen.
    private static let limit: Duration = .seconds(1)
    /// The same on a machine that builds and tests at the same time, with unoptimised programs.
    private static let shortLimit: Duration = .seconds(5)

    package func run(programs: String) async throws -> Verdict {
        try await TrafficRegion.run(Self.name, programs: programs, options: options) { region in
            var gone: Set<String> = []
            var longest: (accepted: Duration, cut: Duration) = (.zero, .zero)
            var sum = TrafficSum([:])
            for victim in region.members.prefix(victims) {
                let outcome = try await revoke(victim, in: region, gone: gone)
                longest = (max(longest.accepted, outcome.accepted), max(longest.cut, outcome.cut))
                gone.insert(victim.name)
                sum.add(outcome.sum)
            }
            let limit = isShort ? Self.shortLimit : Self.limit
            let isGood = longest.accepted < limit && sum.failed == 0 && sum.broken == 0 && sum.calls > 0
            return Verdict(
                isGood: isGood,
                figure: "\(victims) of \(options.members) institutions, one after the other: the last message accepted "
                    + "\(longest.accepted.shown) after the command, the last cut acknowledged after \(longest.cut.shown); "
                    + "\(sum.failed) of \(sum.calls) calls of the others failed, \(sum.broken) of their streams broken")
        }
    }

    private struct Outcome {
        /// From the command to the last message of the victim that anybody accepted.
        let accepted: Duration
        /// The longest that the authority tells of.
        let cut: Duration
        /// What the others saw of each other.
        let sum: TrafficSum
    }

    private func revoke(_ victim: TrafficRegion.Member, in region: TrafficRegion, gone: Set<String>) async throws -> Outcome {
        try await region.order(.turnDeaf, victim)
        let others = region.members.filter { $0.name != victim.name && !gone.contains($0.name) }
        try await Waiting.value("calls of \(victim.name)") {
            await region.reports(of: others).values.contains { $0.lastAccepted[victim.name] != nil } ? () : nil
        }
        let command = TrafficLedger.now
        let answer = try await region.admin.revoke(institution: victim.identity.institution)
        for cut in answer.cuts.sorted(by: { $0.node < $1.node }) {
            print("  \(cut.node): \(cut.connections) connections, \(cut.streams) streams, \(Self.shown(cut.took))")
        }
        // The victim tries again and again meanwhile.
        try await Task.sleep(for: Self.limit * 2)
        let reports = await region.reports(of: others)
        guard reports.count == others.count else { throw HarnessError("only \(reports.count) of \(others.count) nodes answer") }
        let last = reports.values.compactMap { $0.lastAccepted[victim.name] }.max() ?? command
        let accepted = Duration.nanoseconds(max(0, last - command))
        let cut = answer.cuts.filter { $0.node != victim.identity.uri }.compactMap(\.took).map(Self.duration).max() ?? .zero
        print("\(victim.name) revoked: last accepted after \(accepted.shown), last cut after \(cut.shown)")
        return Outcome(accepted: accepted, cut: cut, sum: TrafficSum(reports, excused: gone.union([victim.name])))
    }

    private static func shown(_ took: GoogleProtobuf.Duration?) -> String { took.map { duration($0).shown } ?? "no answer" }

    private static func duration(_ took: GoogleProtobuf.Duration) -> Duration {
        .seconds(took.seconds) + .nanoseconds(Int64(took.nanos))
    }
}
