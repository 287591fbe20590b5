/// `idle-node`: what a node keeps resident that has nothing to do, after its start and again after calls.
package struct IdleNodeProof: Proof {
    package static let name = "idle-node"
    package static let promise = "a node that has nothing to do keeps ≤ 20 MiB resident, code of programs and libraries included"

    /// MiB. Programs that are built for tests are some larger.
    private let limit: Double
    private let isQuick: Bool

    /// A node looks at itself every 10 s, and a window has to be quiet.
    private static let patience: Duration = .seconds(60)
    private static let interval: Duration = .milliseconds(100)
    private static let busy: Duration = .seconds(5)

    package init(quick: Bool, seed: UInt64?) {
        isQuick = quick
        limit = quick ? 28 : 20
    }

    package func run(programs: String) async throws -> Verdict {
        let plans = ["hospital/4699010201/node-1", "center/4699010202/node-1"].map { MeshRegion.Plan(name: $0) }
        return try await MeshRegion.run(Self.name, programs: programs, plans: plans) { region in
            let started = try await idle(region)
            guard !isQuick else { return judge(started, busy: nil, again: started) }
            let program = try await MeshCaller(
                region, institution: "4699010201", targets: ["4699010202"], callers: 8, pause: .zero)
            let calling = Task { await program.run() }
            defer { calling.cancel() }
            try await program.awaitRoutes()
            try await Task.sleep(for: Self.busy)
            let busy = try largest(region)
            calling.cancel()
            await calling.value
            return judge(started, busy: busy, again: try await idle(region))
        }
    }

    /// The most that one of them keeps, as soon as each is within the limit; what it is after the wait, where one is not.
    private func idle(_ region: MeshRegion) async throws -> Double {
        do {
            return try await Waiting.value("small nodes", limit: Self.patience, interval: Self.interval) {
                let most = try largest(region)
                return most <= limit ? most : nil
            }
        } catch is HarnessError {
            return try largest(region)
        }
    }

    /// MiB.
    private func largest(_ region: MeshRegion) throws -> Double {
        Double(try region.nodes.compactMap { $0.process.processID }.map(ProcessTable.residentKiB).max() ?? 0) / 1_024
    }

    private func judge(_ started: Double, busy: Double?, again: Double) -> Verdict {
        let calls = busy.map { ", \($0.tenths) MiB while it passes calls on, \(again.tenths) MiB idle again" } ?? ""
        return Verdict(
            isGood: started <= limit && again <= limit,
            figure: "an idle node keeps \(started.tenths) MiB resident\(calls) (at most \(limit.tenths))")
    }
}
