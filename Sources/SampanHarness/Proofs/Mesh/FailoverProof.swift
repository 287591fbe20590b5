internal import SampanSiege
internal import SampanTransport
internal import Synchronization

/// `failover`: a node is reached over two lines, and the one that carries the calls is cut, or falls silent, under load.
package struct FailoverProof: Proof {
    package static let name = "failover"
    package static let promise =
        "the line that carries the calls is cut or falls silent, over and over: no retry-safe call fails, ours or grpcio's, recovery ≤ 1 s"

    private let events: Int
    /// The short form runs unoptimised beside other tests: it judges what was lost, not how long it took.
    private let isShort: Bool

    package init(quick: Bool, seed: UInt64?) {
        isShort = quick
        events = quick ? 2 : 20
    }

    private static let limit: Duration = .seconds(1)
    private static let (near, far) = ("4699010001", "4699010101")
    private static let pause: Duration = .milliseconds(2)

    package func run(programs: String) async throws -> Verdict {
        let made = Mutex<[CuttableLine]>([])
        let plans = [
            MeshRegion.Plan(name: "hospital/\(Self.near)/his-1"),
            MeshRegion.Plan(name: "center/\(Self.far)/ecg-1") { address in
                guard let one = CuttableLine(to: address), let other = CuttableLine(to: address) else {
                    throw HarnessError("no socket is to be had")
                }
                made.withLock { $0 = [one, other] }
                return [one.address, other.address]
            },
        ]
        return try await MeshRegion.run(Self.name, programs: programs, plans: plans) { region in
            let lines = made.withLock { $0 }
            return try await withThrowingDiscardingTaskGroup { tasks in
                for line in lines { tasks.addTask { try await line.run() } }
                defer { for line in lines { line.end() } }
                return try await underLoad(region, lines)
            }
        }
    }

    private func underLoad(_ region: MeshRegion, _ lines: [CuttableLine]) async throws -> Verdict {
        let ours = try await MeshCaller(region, institution: Self.near, targets: [Self.far], callers: 16, pause: Self.pause)
        let foreign = try await ForeignMeshCaller(region, institution: Self.near, targets: [Self.far], callers: 4, pause: Self.pause)
        let calling = Task { await ours.run() }
        defer { calling.cancel() }
        try await ours.awaitRoutes()
        try await foreign.start()
        var sum = TrafficSum()
        var longest: [String: Double] = [:]
        for event in 1...events {
            let line = try await busier(lines)
            let isCut = event % 2 == 1
            if isCut { line.cut() } else { line.silence() }
            var seen = TrafficSum()
            try await ours.awaitAnswers { seen.add(TrafficSum(["program": $0])) }
            let title = isCut ? "cut" : "silent"
            print("\(event) of \(events), \(title): recovered within \(seen.longest.tenths) ms; \(seen.calls) calls, \(seen.failed) failed")
            for (error, count) in seen.failures { print("    \(count) x \(error)") }
            longest[title] = max(longest[title] ?? 0, seen.longest)
            sum.add(seen)
            line.mend()
            try await standsBy(line)
        }
        let theirs = try await foreign.stop()
        calling.cancel()
        await calling.value
        let worst = max(longest.values.max() ?? 0, theirs.longestMilliseconds)
        let lostNothing = sum.failed == 0 && theirs.failed == 0 && sum.calls > 0 && theirs.calls > 0
        for (error, count) in theirs.failures { print("    \(count) x grpcio: \(error)") }
        let shown = longest.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.tenths) ms" }.joined(separator: ", ")
        return Verdict(
            isGood: lostNothing && (isShort || worst <= Self.limit.milliseconds),
            figure:
                "\(events) times: \(sum.failed) of \(sum.calls) calls failed, of grpcio's \(theirs.failed) of \(theirs.calls); longest call: "
                + "\(shown), grpcio \(theirs.longestMilliseconds.tenths) ms (at most \(Self.limit.milliseconds.tenths))")
    }

    /// The line over which calls go now.
    private func busier(_ lines: [CuttableLine]) async throws -> CuttableLine {
        let before = lines.map(\.carried)
        return try await Waiting.value("a line that carries calls") {
            // More than a ping or a window takes.
            zip(lines, before).first { $0.carried - $1 > 4_096 }?.0
        }
    }

    /// Returns when the node has connected over the line again: something has come over it.
    private func standsBy(_ line: CuttableLine) async throws {
        let before = line.carried
        try await Waiting.value("the mended line to be taken again", limit: .seconds(60)) { line.carried > before ? () : nil }
    }
}
