internal import SampanTestSupport

/// `centre-away`: nodes that know each other go on without the platform, also those that start while it is away.
package struct CentreAwayProof: Proof {
    package static let name = "centre-away"
    package static let promise =
        "20 nodes go on with the platform stopped for the whole run, some of them restarted meanwhile: no call fails; a node keeps ≤ 20 MiB of its own"

    private let count: Int
    private let rounds: Int
    private let isShort: Bool

    package init(quick: Bool, seed: UInt64?) {
        isShort = quick
        (count, rounds) = quick ? (5, 1) : (20, 10)
    }

    private static let mostOwnKiB = 20 * 1_024
    private static let pause: Duration = .milliseconds(20)
    /// Between two restarts.
    private static let period: Duration = .seconds(6)

    package func run(programs: String) async throws -> Verdict {
        let plans = (1...count).map { number in
            MeshRegion.Plan(name: "\(number % 4 == 0 ? "center" : "hospital")/46990101\(number < 10 ? "0" : "")\(number)/node-1")
        }
        return try await MeshRegion.run(Self.name, programs: programs, plans: plans) { region in
            var programs: [MeshCaller] = []
            for (index, node) in region.nodes.enumerated() {
                // The next ones round the table, and one by every other's table of routes.
                let targets = [1, 2, count / 2].map { region.nodes[(index + $0) % count].institution }
                programs.append(
                    try await MeshCaller(region, institution: node.institution, targets: targets, callers: 3, pause: Self.pause))
            }
            let all = programs
            let calling = Task {
                await withDiscardingTaskGroup { tasks in
                    for program in all { tasks.addTask { await program.run() } }
                }
            }
            defer { calling.cancel() }
            for program in programs { try await program.awaitRoutes() }
            await region.platform.stop()
            let sum = try await goOn(region, programs)
            calling.cancel()
            await calling.value
            let processes = region.nodes.compactMap { $0.process.processID }
            let (own, resident) = (try processes.map(ProcessTable.ownKiB), try processes.map(ProcessTable.residentKiB))
            // Back, it finds everybody where they are.
            try await region.platform.start()
            return judge(sum, own, resident)
        }
    }

    /// What was called without the platform.
    private func goOn(_ region: MeshRegion, _ programs: [MeshCaller]) async throws -> TrafficSum {
        var sum = TrafficSum()
        for round in 1...rounds {
            let process = region.nodes[(round * 7) % count].process
            await process.stop()
            // By what its disk has: nobody tells it anything.
            try await process.start()
            var seen = TrafficSum()
            if !isShort { try await Task.sleep(for: Self.period) }
            for program in programs { try await program.awaitAnswers { seen.add(TrafficSum(["program": $0])) } }
            print(seen.shown("\(round) of \(rounds), \(process.name) restarted", seconds: Self.period.milliseconds / 1_000))
            sum.add(seen)
        }
        return sum
    }

    private func judge(_ sum: TrafficSum, _ own: [Int], _ resident: [Int]) -> Verdict {
        let (mostOwn, most) = (own.max() ?? 0, resident.max() ?? 0)
        let isSmall = isShort || (own.count == count && mostOwn <= Self.mostOwnKiB)
        return Verdict(
            isGood: sum.failed == 0 && sum.calls > 0 && isSmall,
            figure: "\(count) nodes, \(rounds) restarted without the platform: \(sum.failed) of \(sum.calls) calls failed, p99 "
                + "\(sum.percentile(99).tenths) ms; the largest node keeps \((Double(mostOwn) / 1_024).tenths) MiB of its own (at most 20), "
                + "\((Double(most) / 1_024).tenths) MiB with the code that is mapped")
    }
}
