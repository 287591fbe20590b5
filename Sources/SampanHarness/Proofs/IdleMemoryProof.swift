/// `idle-memory`: what an idle connection over mutual TLS keeps resident in the server.
package struct IdleMemoryProof: Proof {
    package static let name = "idle-memory"
    package static let promise = "an idle connection over mutual TLS keeps at most 40 KiB resident in the server"

    /// KiB. In the short form, what the process takes in steps (arenas, tables that double) falls on fewer connections.
    private let limit: Double
    /// Pay what the first connections pay once: lazy tables, pools, the arena of the loop's thread.
    private static let warmUp = 50
    private let connections: Int

    package init(quick: Bool, seed: UInt64?) {
        limit = quick ? 45 : 40
        connections = quick ? 200 : 1_000
    }

    package func run(programs: String) async throws -> Verdict {
        for (mode, chain, title) in [
            (EchoBench.Mode.h2c, BenchCertificates.Chain.direct, "plaintext"), (.tls, .direct, "TLS"),
            (.mtls, .issued, "mutual TLS, an issuing authority in the chain"),
        ] {
            print("\(title): \(Self.shown(try await measure(mode, chain))) KiB")
        }
        let found = try await measure(.mtls, .direct)
        return Verdict(
            isGood: found <= limit,
            figure: "\(Self.shown(found)) KiB per idle connection over mutual TLS, of \(connections) (at most \(Self.shown(limit)))")
    }

    private func measure(_ mode: EchoBench.Mode, _ chain: BenchCertificates.Chain) async throws -> Double {
        let bench = try EchoBench(mode: mode, chain: chain)
        return try await bench.run {
            let first = try await bench.hold(Self.warmUp, parallel: 1)
            let process = try bench.processID()
            let before = try ProcessTable.residentKiB(process)
            let held = try await bench.hold(connections, parallel: 10)
            let after = try ProcessTable.residentKiB(process)
            await held.kill()
            await first.kill()
            return Double(after - before) / Double(connections)
        }
    }

    private static func shown(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
