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
    /// What p99 may always be, however fast it was before. Caller, attacker and server share two cores: a wake-up may wait for a time
    /// slice of each of the others, some 4 ms apiece, which is no doing of the server. Nil where p99 is shown but not judged: the short
    /// form runs unoptimised programs beside other tests.
    private let floor: Duration?
    private let scale: Assault.Scale
    private let seed: UInt64

    package init(quick: Bool, seed: UInt64?) {
        self.seed = seed ?? UInt64.random(in: 0..<1_000_000)
        floor = quick ? nil : .milliseconds(10)
        scale = quick ? .small(self.seed) : .full(self.seed)
    }

    package func run(programs: String) async throws -> Verdict {
        print("seed \(seed)")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-abuse-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let port = try ReservedPort()
        let server = ManagedProcess(
            name: "sampan-interop", program: "\(programs)/sampan-interop",
            arguments: ["serve", "--port", "\(port.port)", "--plaintext", "--patience", "\(scale.patience)"], logFile: "\(folder)/log")
        try await server.start()
        do {
            let bad = try await judgeAll(server, port.port)
            await server.stop()
            let count = Assault.all.count
            let figure = bad.isEmpty ? "\(count) of \(count) attacks hurt nobody" : "hurt by: \(bad.joined(separator: ", "))"
            return Verdict(isGood: bad.isEmpty, figure: figure)
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Names of the attacks that hurt.
    private func judgeAll(_ server: ManagedProcess, _ port: UInt16) async throws -> [String] {
        guard let address = SocketAddress(host: "127.0.0.1", port: port), let process = server.processID else {
            throw HarnessError("the server has gone")
        }
        let caller = try GoodCaller(address)
        // Caches are warm, and the heap has its size, before anything is counted.
        _ = await quietCalls(caller)
        print("| attack | p99 before | p99 during | calls | failed | grown MiB | cut |\n|---|---|---|---|---|---|---|")
        var bad: [String] = []
        for assault in Assault.all {
            let before = await quietCalls(caller)
            guard let resident = ProcessTable.residentBytes(process) else { throw HarnessError("the server has gone: \(assault.name)") }
            let (toll, during) = try await lay(assault, address, caller, process)
            guard server.processID != nil else { throw HarnessError("the server has gone: \(assault.name)") }
            let quiet = before.latencies.percentile(99) ?? .zero
            let loud = during.latencies.percentile(99) ?? .seconds(60)
            let grown = Double(max(0, during.peak - resident)) / 1_048_576
            let isPrompt = floor.map { loud <= max(quiet * 2, $0) } ?? true
            let isGood = before.failures + during.failures == 0 && isPrompt && grown < Self.growthLimit && toll.isCut
            print(
                "| \(assault.name) | \(quiet.shown) | \(loud.shown) | \(during.latencies.count) | \(during.failures) | "
                    + "\((grown * 10).rounded() / 10) | \(toll.cut) of \(toll.begun)\(isGood ? "" : " **no**") |")
            if !isGood { bad.append(assault.name) }
        }
        await caller.close()
        return bad
    }

    /// The attack on a thread of its own; the caller, and a look at the server's memory, beside it until it is over.
    private func lay(
        _ assault: Assault, _ address: SocketAddress, _ caller: GoodCaller, _ process: Int32
    ) async throws -> (toll: Assault.Toll, during: GoodCaller.Outcome) {
        let scale = scale
        let isOver = Flag()
        async let toll = RawSocket.onThread {
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
