internal import SampanTestSupport

/// `upgrade`: every node of a region, the platform's too, is restarted in any order while programs call each other through them.
package struct UpgradeProof: Proof {
    package static let name = "upgrade"
    package static let promise =
        "50 restarts of nodes in any order under load from grpcio and our own clients: no retry-safe call fails"

    private let restarts: Int
    private let seed: UInt64

    package init(quick: Bool, seed: UInt64?) {
        restarts = quick ? 6 : 50
        self.seed = seed ?? UInt64.random(in: 0..<1_000_000)
    }

    /// Two hospitals of one node, which is away while it restarts; a hospital and a centre of two.
    private static let names = [
        "hospital/4699010001/his-1", "hospital/4699010002/his-1", "hospital/4699010003/his-1", "hospital/4699010003/his-2",
        "center/4699010101/ecg-1", "center/4699010101/ecg-2",
    ]
    private static let pause: Duration = .milliseconds(5)

    package func run(programs: String) async throws -> Verdict {
        print("seed \(seed)")
        let plans = Self.names.map { MeshRegion.Plan(name: $0) }
        return try await MeshRegion.run(Self.name, programs: programs, plans: plans) { region in
            let institutions = Set(region.nodes.map(\.institution)).sorted()
            var (ours, foreign): ([MeshCaller], [ForeignMeshCaller]) = ([], [])
            for caller in institutions where caller != "4699010101" {
                let targets = institutions.filter { $0 != caller }
                ours.append(try await MeshCaller(region, institution: caller, targets: targets, callers: 6, pause: Self.pause))
                foreign.append(
                    try await ForeignMeshCaller(region, institution: caller, targets: targets, callers: 3, pause: Self.pause))
            }
            let programs = ours
            let calling = Task {
                await withDiscardingTaskGroup { tasks in
                    for program in programs { tasks.addTask { await program.run() } }
                }
            }
            defer { calling.cancel() }
            for program in ours { try await program.awaitRoutes() }
            for program in foreign { try await program.start() }
            let sum = try await restart(region, ours)
            calling.cancel()
            await calling.value
            var reports: [ForeignMeshCaller.Report] = []
            for program in foreign { reports.append(try await program.stop()) }
            return judge(sum, reports)
        }
    }

    private func restart(_ region: MeshRegion, _ programs: [MeshCaller]) async throws -> TrafficSum {
        var random = SeededRandom(seed: seed)
        var (sum, order): (TrafficSum, [ManagedProcess]) = (TrafficSum(), [])
        for number in 1...restarts {
            // Everything once, in some order, before anything again.
            if order.isEmpty { order = (region.nodes.map(\.process) + [region.platform]).shuffled(using: &random) }
            let process = order.removeLast()
            let start = ContinuousClock.now
            let code = await process.stop()
            let stopped = start.duration(to: .now)
            guard code == 0 else { throw HarnessError("\(process.name) ended with \(code.map { "\($0)" } ?? "nothing")") }
            try await process.start()
            let took = start.duration(to: .now)
            var seen = TrafficSum()
            for program in programs { try await program.awaitAnswers { seen.add(TrafficSum(["program": $0])) } }
            print(
                "\(number) of \(restarts), \(process.name): drained in \(stopped.shown), back in \(took.shown); \(seen.calls) calls, "
                    + "\(seen.failed) failed, the longest \(seen.longest.tenths) ms")
            for (error, count) in seen.failures { print("    \(count) x \(error)") }
            sum.add(seen)
        }
        return sum
    }

    private func judge(_ ours: TrafficSum, _ theirs: [ForeignMeshCaller.Report]) -> Verdict {
        for report in theirs {
            for (error, count) in report.failures { print("    \(count) x grpcio: \(error)") }
        }
        let (calls, failed) = (theirs.reduce(0) { $0 + $1.calls }, theirs.reduce(0) { $0 + $1.failed })
        let longest = theirs.map(\.longestMilliseconds).max() ?? 0
        return Verdict(
            isGood: ours.failed == 0 && failed == 0 && ours.calls > 0 && theirs.allSatisfy { $0.calls > 0 },
            figure: "\(restarts) restarts: \(ours.failed) of \(ours.calls) calls failed, of grpcio's \(failed) of \(calls); p99 "
                + "\(ours.percentile(99).tenths) ms, the longest \(ours.longest.tenths) and \(longest.tenths) ms")
    }
}
