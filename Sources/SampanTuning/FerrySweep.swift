package import SampanTransport

/// Measures a scratch ferry with several numbers of workers, and then with several batches (GW-09).
package struct FerrySweep: Sendable {
    package static let workerCounts = [1, 2, 4, 5, 8]
    package static let batches = [16, 64, 256]
    /// The one that the numbers of workers are compared with: the default.
    package static let usualBatch = 64
    /// Settings that are measured at the most, each once.
    package static let settingCount = workerCounts.count + batches.count - 1

    /// Callers with one request at a time each: enough to keep every worker busy, few enough that a request waits for work and not in
    /// line.
    package static let callers = 128
    /// A setting that reaches this share of the best throughput is as good; fewer processes are better then.
    private static let enough = 0.95

    private let ferry: ScratchFerry
    private let channel: ClientChannel

    package init(_ ferry: ScratchFerry, _ channel: ClientChannel) { (self.ferry, self.channel) = (ferry, channel) }

    /// Each setting for so many seconds. `tell` gets each figure as soon as it is there.
    package func run(secondsEach seconds: Int, _ tell: (FerryFigures) -> Void) async throws -> [FerryFigures] {
        var figures: [FerryFigures] = []
        for workers in Self.workerCounts {
            figures.append(try await saturate(workers, Self.usualBatch, seconds))
            figures.last.map(tell)
        }
        let workers = Self.best(of: figures)?.workers ?? 1
        for batch in Self.batches where batch != Self.usualBatch {
            figures.append(try await saturate(workers, batch, seconds))
            figures.last.map(tell)
        }
        return figures
    }

    /// Of those that carry nearly as much as the best: the fewest workers, and then the lowest p99.
    package static func best(of figures: [FerryFigures]) -> FerryFigures? {
        let most = figures.map(\.requestsPerSecond).max() ?? 0
        return figures.filter { Double($0.requestsPerSecond) >= Double(most) * enough }
            .min { ($0.workers, $0.p99Milliseconds) < ($1.workers, $1.p99Milliseconds) }
    }

    /// As many as it carries.
    package func saturate(_ workers: Int, _ batch: Int, _ seconds: Int, callers: Int = callers) async throws -> FerryFigures {
        try await measure(workers, batch, wakes: true) { load in
            try await load.saturate(concurrency: callers, seconds: seconds)
        }
    }

    /// At a fixed rate, whether or not earlier requests are done.
    /// - Parameter wakes: off, the workers poll once a second.
    package func run(_ workers: Int, _ batch: Int, rate: Int, _ seconds: Int, wakes: Bool = true) async throws -> FerryFigures {
        try await measure(workers, batch, wakes: wakes) { try await $0.run(rate: rate, seconds: seconds) }
    }

    private func measure(
        _ workers: Int, _ batch: Int, wakes: Bool, _ body: (RequestLoad) async throws -> [Duration]
    ) async throws -> FerryFigures {
        try ferry.startWorkers(workers, batch: batch, wakes: wakes)
        do {
            // Until every worker is there, and connections, caches and tables are warm.
            _ = try await load().saturate(concurrency: 16 * workers, seconds: 1)
            let (before, start) = (ferry.processorUse, ContinuousClock.now)
            let latencies = try await body(load())
            let (elapsed, after) = (start.duration(to: .now), ferry.processorUse)
            await ferry.stopWorkers()
            return FerryFigures(
                workers: workers, batch: batch, latencies, elapsed, gateway: after.gateway - before.gateway,
                inside: after.inside - before.inside)
        } catch {
            await ferry.stopWorkers()
            throw error
        }
    }

    private func load() -> RequestLoad {
        RequestLoad(
            channel, institution: ScratchFerry.institution, prefix: String(UInt32.random(in: 0 ... .max), radix: 36) + "-",
            lifetime: .seconds(60))
    }
}
