internal import SampanMesh
internal import SampanTestSupport

/// Appends entries about random persons of a region, each of which is waited for until it is durable.
struct AuditLoad: Sendable {
    struct Outcome: Sendable {
        var latencies = LatencyHistogram()
        var failures = 0
        var elapsed: Duration = .zero
        var rate: Double { Double(latencies.count) / max(0.001, elapsed.milliseconds / 1_000) }
    }

    let bench: AuditBench
    /// Callers at the same time.
    var callers = 512
    /// Entries a second, spread evenly; nil for as many as are taken. Latency counts from when an entry was due.
    var rate: Double?

    func run(_ log: AuditLog, for duration: Duration, seed: UInt64) async -> Outcome {
        let start = ContinuousClock.now
        var result = await withTaskGroup(of: Outcome.self) { group in
            for caller in 0..<callers { group.addTask { await call(log, caller, start, duration, seed) } }
            return await group.reduce(into: Outcome()) { whole, own in
                whole.latencies.add(steps: own.latencies.steps, largest: own.latencies.largest)
                whole.failures += own.failures
            }
        }
        result.elapsed = ContinuousClock.now - start
        return result
    }

    private func call(
        _ log: AuditLog, _ caller: Int, _ start: ContinuousClock.Instant, _ duration: Duration, _ seed: UInt64
    ) async -> Outcome {
        var (random, own, count) = (SeededRandom(seed: seed &+ UInt64(caller)), Outcome(), 0)
        let interval = rate.map { Duration.seconds(Double(callers) / $0) }
        while true {
            var due = ContinuousClock.now
            if let interval {
                due = start + interval * count + interval * caller / callers
                if due > .now { try? await Task.sleep(until: due, clock: .continuous) }
            }
            guard due - start < duration else { return own }
            count += 1
            do {
                let person = Int64.random(in: 1...AuditBench.people, using: &random)
                try await log.append(try bench.record("D\(caller)-\(count)", about: person))
                own.latencies.record(Int64(((ContinuousClock.now - due) / .nanoseconds(1)).rounded()))
            } catch {
                own.failures += 1
            }
        }
    }
}
