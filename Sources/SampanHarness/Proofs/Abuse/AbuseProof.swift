internal import Foundation
internal import SampanSiege
internal import SampanTransport
internal import Synchronization

/// `abuse`: every attack on a server of its own process, while a well-behaved caller goes on.
package struct AbuseProof: Proof {
    package static let name = "abuse"
    package static let promise =
        "under every attack: no call of a good caller fails, its p99 at most doubles, the server grows < 64 MiB, the offender is cut"

    /// Most that the server may grow under one attack. MiB.
    private static let growthLimit = 64.0
    /// What p99 may be above twice what it was. 2 ms: the attacker takes turns with caller and server on two cores, at the lowest priority,
    /// and a wake-up may still wait for the rest of a time slice, which is no doing of the server. Nil where p99 is shown but not judged:
    /// the short form runs unoptimised programs beside other tests.
    private let margin: Duration?
    private let scale: Assault.Scale
    private let seed: UInt64
    private let assaults: [Assault]

    package static var parts: [String] { Assault.all.map(\.name) }

    package init(quick: Bool, seed: UInt64?) { self.init(quick: quick, seed: seed, only: nil) }

    package init(quick: Bool, seed: UInt64?, only part: String?) {
        self.seed = seed ?? UInt64.random(in: 0..<1_000_000)
        margin = quick ? nil : .milliseconds(2)
        scale = quick ? .small(self.seed) : .full(self.seed)
        assaults = Assault.all.filter { $0.name.hasPrefix(part ?? "") }
    }

    package func run(programs: String) async throws -> Verdict {
        print("seed \(seed)")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-abuse-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let ports = try [ReservedPort(), ReservedPort()]
        let (server, other) = (
            process("server", ports[0], programs, folder), process("other", ports[1], programs, folder)
        )
        do {
            try await server.start()
            try await other.start()
            let bad = try await judgeAll(server, ports[0].port, other: SocketAddress(host: "127.0.0.1", port: ports[1].port))
            await server.stop()
            await other.stop()
            let count = assaults.count
            let figure = bad.isEmpty ? "\(count) of \(count) attacks hurt nobody" : "hurt by: \(bad.joined(separator: ", "))"
            return Verdict(isGood: bad.isEmpty, figure: figure)
        } catch {
            await server.stop()
            await other.stop()
            throw error
        }
    }

    private func process(_ name: String, _ port: ReservedPort, _ programs: String, _ folder: String) -> ManagedProcess {
        ManagedProcess(
            name: name, program: "\(programs)/sampan-interop",
            arguments: ["serve", "--port", "\(port.port)", "--plaintext", "--turns", "--patience", "\(scale.patience)"],
            logFile: "\(folder)/\(name).log")
    }

    /// Names of the attacks that hurt.
    private func judgeAll(_ server: ManagedProcess, _ port: UInt16, other: SocketAddress?) async throws -> [String] {
        guard let address = SocketAddress(host: "127.0.0.1", port: port), let other, let process = server.processID else {
            throw HarnessError("the server has gone")
        }
        let caller = try GoodCaller(address)
        // Caches are warm, and the heap has its size, before anything is counted.
        _ = await quietCalls(caller)
        print("| attack | p99 before | p99 during | calls | failed | grown MiB | longest turn | cut |\n|---|---|---|---|---|---|---|---|")
        var bad: [String] = []
        for assault in assaults where try await !hurtsNobody(assault, address, other, caller, process) { bad.append(assault.name) }
        await caller.close()
        return bad
    }

    /// The caller alone and the caller under attack in turns, so that whatever else the machine does falls on both.
    private func hurtsNobody(
        _ assault: Assault, _ address: SocketAddress, _ other: SocketAddress, _ caller: GoodCaller, _ process: Int32
    ) async throws -> Bool {
        var (before, during) = (GoodCaller.Outcome(), GoodCaller.Outcome())
        var toll = Assault.Toll()
        var grown = 0
        // Of the round with the shorter one: what the machine did beside only makes turns longer.
        var longestTurn: Duration?
        for _ in 0..<scale.rounds {
            before.add(await quietCalls(caller))
            let resident = ProcessTable.residentBytes(process) ?? 0
            _ = await caller.takeLongestTurn()
            let (roundToll, round) = try await lay(assault, address, caller, process)
            guard ProcessTable.residentBytes(process) != nil else { throw HarnessError("the server has gone: \(assault.name)") }
            grown = max(grown, round.peak - resident)
            during.add(round)
            toll.add(roundToll)
            let turn = await caller.takeLongestTurn() ?? .zero
            longestTurn = min(longestTurn ?? turn, turn)
        }
        let quiet = before.p99 ?? .zero
        let loud = during.p99 ?? .seconds(60)
        let mebibytes = Double(grown) / 1_048_576
        var isPrompt = true
        var aside = ""
        if let margin, loud > quiet * 2 + margin {
            // What the machine does to the caller when the attack is on a server that it does not use is no doing of its own server.
            let control = try await lay(assault, other, caller, process).during.p99 ?? .zero
            isPrompt = loud <= max(quiet, control) * 2 + margin
            aside = ", \(control.shown) with another server attacked"
        }
        let isGood = before.failures + during.failures == 0 && isPrompt && mebibytes < Self.growthLimit && toll.isCut
        print(
            "| \(assault.name) | \(quiet.shown) | \(loud.shown)\(aside) | \(during.durations.count) | \(during.failures) | "
                + "\((mebibytes * 10).rounded() / 10) | \(longestTurn?.shown ?? "-") | "
                + "\(toll.cut) of \(toll.begun)\(isGood ? "" : " **no**") |")
        return isGood
    }

    /// The attack on a thread of its own; the caller, and a look at the server's memory, beside it until it is over.
    private func lay(
        _ assault: Assault, _ address: SocketAddress, _ caller: GoodCaller, _ process: Int32
    ) async throws -> (toll: Assault.Toll, during: GoodCaller.Outcome) {
        let scale = scale
        let isOver = Flag()
        // An attacker sits on a machine of its own, and must not take the processors from those whom it is not to hurt.
        async let toll = RawSocket.onThread(isModest: true) {
            defer { isOver.raise() }
            return assault.wage(address, scale)
        }
        let during = await caller.calls(watching: { ProcessTable.residentBytes(process) ?? 0 }, until: { isOver.isUp })
        return (try await toll, during)
    }

    private final class Flag: Sendable {
        private let value = Atomic<Bool>(false)
        var isUp: Bool { value.load(ordering: .acquiring) }
        func raise() { value.store(true, ordering: .releasing) }
    }

    private func quietCalls(_ caller: GoodCaller) async -> GoodCaller.Outcome {
        let end = ContinuousClock.now + .milliseconds(scale.milliseconds)
        return await caller.calls { ContinuousClock.now >= end }
    }
}
