internal import Foundation

/// `throughput`: durable requests per second through stub, gateway, ferry and HIS, and what one costs.
package struct ThroughputProof: Proof {
    package static let name = "throughput"
    package static let promise = "stub → gateway → 5 workers → HIS → outcome: ≥ 3,000 durable requests/s on 2 cores"

    /// At full size the promise; the short form runs unoptimised programs on a busy machine.
    private let goal: Double
    private let seconds: Int

    package init(quick: Bool, seed: UInt64?) {
        goal = quick ? 500 : 3_000
        seconds = quick ? 3 : 20
    }

    package func run(programs: String) async throws -> Verdict {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-throughput-\(UUID().uuidString)").path
        let region = try Region(directory: directory, programs: programs, workers: 5, faults: nil)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await region.start()
        do {
            let verdict = try await measure(region)
            await region.stop()
            return verdict
        } catch {
            await region.stop()
            throw error
        }
    }

    private func measure(_ region: Region) async throws -> Verdict {
        let load = try RegionLoad(region, prefix: "t")
        let before = cpu(region)
        let start = ContinuousClock.now
        let (done, latencies) = try await load.saturate(concurrency: 512, seconds: seconds)
        let elapsed = start.duration(to: .now).milliseconds / 1_000
        let after = cpu(region)
        await load.close()
        let rate = Double(done) / elapsed
        let microseconds = { (seconds: Double) in Int((seconds / Double(done) * 1e6).rounded()) }
        let (p50, p99) = (latencies.percentile(50)?.shown ?? "-", latencies.percentile(99)?.shown ?? "-")
        print("\(done) requests in \((elapsed * 10).rounded() / 10) s; p50 \(p50), p99 \(p99)")
        let (gateway, ferry) = (microseconds(after.gateway - before.gateway), microseconds(after.ferry - before.ferry))
        print("CPU per request: gateway \(gateway) µs, ferry and HIS \(ferry) µs")
        return Verdict(isGood: rate >= goal, figure: "\(Int(rate)) durable requests/s (at least \(Int(goal)))")
    }

    private func cpu(_ region: Region) -> (gateway: Double, ferry: Double) {
        (region.gateway.processID.map(ProcessTable.cpuSeconds) ?? 0, region.ferry.processID.map(ProcessTable.cpuSeconds) ?? 0)
    }
}
