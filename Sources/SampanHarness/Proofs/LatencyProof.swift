internal import Foundation

/// `latency`: submit → outcome through five workers at three rates, beside a 1 s poll of the same build.
package struct LatencyProof: Proof {
    package static let name = "latency"
    package static let promise =
        "submit → outcome at 500 requests/s through 5 workers: p99 ≤ 20 ms (a 1 s poll of the same build beside it)"

    /// At full size the promise; the short form runs unoptimised programs on a busy machine, and only has to be far from a 1 s poll.
    private let limit: Duration
    private let seconds: Int
    private let rates: [Int]

    package init(quick: Bool, seed: UInt64?) {
        limit = .milliseconds(quick ? 200 : 20)
        seconds = quick ? 3 : 20
        rates = quick ? [50, 500] : [1, 50, 500]
    }

    package func run(programs: String) async throws -> Verdict {
        print("| requests/s | woken p50 | woken p99 | 1 s poll p50 | 1 s poll p99 |\n|---|---|---|---|---|")
        let woken = try await measure(programs, wakes: true)
        let polled = try await measure(programs, wakes: false)
        for rate in rates {
            let cells = [woken[rate], polled[rate]].flatMap { [$0?.percentile(50), $0?.percentile(99)] }
            print("| \(rate) | " + cells.map { $0?.shown ?? "-" }.joined(separator: " | ") + " |")
        }
        guard let p99 = woken[500]?.percentile(99) else { throw HarnessError("nothing was measured at 500 requests/s") }
        return Verdict(isGood: p99 <= limit, figure: "p99 at 500 requests/s: \(p99.shown) (at most \(limit.shown))")
    }

    private func measure(_ programs: String, wakes: Bool) async throws -> [Int: Latencies] {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-latency-\(UUID().uuidString)").path
        var options = RegionOptions()
        options.wakes = wakes
        let region = try Region(directory: directory, programs: programs, workers: 5, faults: nil, options: options)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await region.start()
        var measured: [Int: Latencies] = [:]
        do {
            // Connections, caches and tables are warm before anything is counted.
            let warmUp = try RegionLoad(region, prefix: "w")
            _ = try await warmUp.run(rate: 50, seconds: 2)
            await warmUp.close()
            for rate in rates {
                let load = try RegionLoad(region, prefix: "r\(rate)-")
                measured[rate] = try await load.run(rate: rate, seconds: seconds)
                await load.close()
            }
        } catch {
            await region.stop()
            throw error
        }
        await region.stop()
        return measured
    }
}
