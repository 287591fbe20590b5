internal import Glibc
internal import SampanAPI
internal import SampanRPC
internal import SampanTestSupport

/// `rollover`: change after change, while nodes are dead, slow and restarted, and none gets stuck or leaves two nodes strangers.
package struct RolloverProof: Proof {
    package static let name = "rollover"
    package static let promise =
        "100 rollovers in a row with one node dead, one slow, one restarted at random: none stuck, laggards named, no live edge without trust"

    private let options: TrafficRegion.Options
    private let rollovers: Int
    private let seed: UInt64
    /// Rollovers for which a node stays dead: it misses five changes of the root, and follows them all when it is back.
    private let deadFor: Int

    package init(quick: Bool, seed: UInt64?) {
        var options = TrafficRegion.Options()
        options.members = quick ? 4 : 12
        options.pauseMicroseconds = 20_000
        // Longer than the time between two reports, or all would be absent; short, since a node that has died holds every gate for so long.
        options.absenceLimit = "15s"
        // A hundred in a row: no latency is judged here.
        options.haste = 5
        self.options = options
        rollovers = quick ? 4 : 100
        deadFor = quick ? 2 : 10
        self.seed = seed ?? .random(in: 0 ... .max)
    }

    package func run(programs: String) async throws -> Verdict {
        print("seed \(seed)")
        return try await TrafficRegion.run(Self.name, programs: programs, options: options) { region in
            var tally = Tally(random: SeededRandom(seed: seed))
            for number in 1...rollovers {
                if (number - 1) % deadFor == 0 { try await changeDead(&tally, region) }
                let kind: TrustV1.RolloverKind = number % 2 == 0 ? .root : .issuer
                let rolled = try await region.admin.roll(kind) { verb in try await disturb(&tally, region, before: verb) }
                tally.took.append(rolled.took)
                tally.laggards.merge(rolled.laggards, uniquingKeysWith: +)
                tally.absent.formUnion(region.members.filter { rolled.absent.contains($0.identity.uri) }.map(\.name))
                if number % 10 == 0 { print("\(number) rollovers, the last in \(rolled.took.shown)") }
            }
            try await changeDead(&tally, region, next: nil)
            try await settle(region)
            tally.add(TrafficSum(await region.reports(), excused: tally.disturbed))
            print(tally.sum.shown("all", seconds: tally.took.reduce(.zero, +).milliseconds / 1_000))
            for (failure, count) in tally.sum.trustFailures.sorted(by: { $0.value > $1.value }).prefix(12) {
                print("    \(count) x \(failure)")
            }
            return judge(tally)
        }
    }

    private struct Tally {
        var random: SeededRandom
        var sum = TrafficSum([:])
        var took: [Duration] = []
        var laggards: [String: Int] = [:]
        /// Killed or stopped at some time: their edges may have been cut.
        var disturbed: Set<String> = []
        /// Named as absent by a gate in this window: the dead one, and who was not heard of in time.
        var absent: Set<String> = []
        var dead: TrafficRegion.Member?
        var kills = 0
        var stops = 0

        init(random: SeededRandom) { self.random = random }

        mutating func add(_ other: TrafficSum) { sum.add(other) }
    }

    /// Before a verb: one time in three a node is killed and started again, one in three one is held for a while.
    private func disturb(_ tally: inout Tally, _ region: TrafficRegion, before verb: TrustV1.RolloverVerb) async throws {
        let victims = region.members.filter { $0.name != tally.dead?.name }
        let victim = victims[Int.random(in: 0..<victims.count, using: &tally.random)]
        switch Int.random(in: 0..<6, using: &tally.random) {
        case 0:
            tally.disturbed.insert(victim.name)
            tally.kills += 1
            await victim.process.kill()
            try await victim.process.start()
        case 1:
            tally.stops += 1
            let pause = Duration.milliseconds(Int.random(in: 50...600, using: &tally.random))
            guard let process = victim.process.processID else { return }
            // Not disturbed: nobody's call ends because its peer is slow.
            kill(process, SIGSTOP)
            Task {
                try? await Task.sleep(for: pause)
                kill(process, SIGCONT)
            }
        default: break
        }
    }

    /// The dead node comes back, and another dies.
    private func changeDead(_ tally: inout Tally, _ region: TrafficRegion) async throws {
        try await changeDead(&tally, region, next: region.members[Int.random(in: 0..<region.members.count, using: &tally.random)])
    }

    private func changeDead(_ tally: inout Tally, _ region: TrafficRegion, next: TrafficRegion.Member?) async throws {
        // A new ledger begins: what was seen until now is judged by who was disturbed until now, and by who was absent in its time.
        let strangers = tally.absent.union([tally.dead?.name].compactMap { $0 })
        if let dead = tally.dead {
            try await dead.process.start()
            try await settle(region, only: dead.identity.uri)
            // Until a peer has tried again it answers with the failure of its last try.
            try await region.awaitAnswers { tally.add(TrafficSum($0, excused: tally.disturbed, absent: strangers)) }
        }
        tally.add(TrafficSum(await region.reports(), excused: tally.disturbed, absent: strangers))
        tally.absent = []
        tally.dead = next
        if let next {
            tally.disturbed.insert(next.name)
            await next.process.kill()
        }
    }

    /// Returns when every node, or that one, has the newest epoch in force and is waited for again.
    private func settle(_ region: TrafficRegion, only node: String? = nil) async throws {
        let names = Set(node.map { [$0] } ?? region.members.map(\.identity.uri))
        try await Waiting.value("\(node ?? "every node") to catch up", limit: .seconds(60)) {
            let list = try await region.admin.nodes()
            // The platform renews as the others do: who shows its issuer shows the one of today.
            let issuer = list.nodes.first { $0.node == TrafficRegion.platformName }?.issuerKeyID
            let current = list.nodes.filter { $0.acknowledged == list.epochNumber && !$0.absent && $0.issuerKeyID == issuer }
            return names.isSubset(of: current.map(\.node)) ? () : nil
        }
    }

    private func judge(_ tally: Tally) -> Verdict {
        let times = Latencies(tally.took)
        let isGood =
            tally.took.count == rollovers && tally.sum.failed == 0 && tally.sum.broken == 0 && tally.sum.untrusted == 0
            && tally.sum.calls > 0
        return Verdict(
            isGood: isGood,
            figure: "\(tally.took.count) of \(rollovers) rollovers of \(options.members) nodes, none stuck: p50 "
                + "\(times.percentile(50)?.shown ?? "-"), longest \(times.percentile(100)?.shown ?? "-"); \(tally.kills) nodes killed, "
                + "\(tally.stops) held, one always dead; \(tally.laggards.count) nodes were named as laggards; \(tally.sum.untrusted) "
                + "failures for trust, \(tally.sum.failed) of \(tally.sum.calls) calls between undisturbed nodes failed; seed \(seed)")
    }
}
