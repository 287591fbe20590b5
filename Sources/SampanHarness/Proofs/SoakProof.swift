internal import Foundation

/// `soak`: mixed load for a long time, and nothing grows.
package struct SoakProof: Proof {
    package static let name = "soak"
    package static let promise =
        "10 minutes of calls, streams, cancellations, deadlines and new connections over mutual TLS: memory and descriptors do not grow"

    private let seconds: Int
    private let seed: UInt64
    private let interval: Duration
    /// Memory that may lie between two thirds of a run without being growth: how far peaks of calls at once come apart by chance, and the
    /// allocator's holes (0.3 MiB were seen in a short run, 4 KiB in a full one). A full run makes 160,000 calls a third, some of
    /// hundreds of messages, so that a leak of 13 bytes per call is found.
    private static let allowanceKiB = 2_048

    package init(quick: Bool, seed: UInt64?) {
        seconds = quick ? 20 : 600
        interval = .milliseconds(quick ? 100 : 500)
        self.seed = seed ?? .random(in: 0 ... .max)
    }

    package func run(programs: String) async throws -> Verdict {
        print("seed \(seed)")
        let bench = try EchoBench(mode: .mtls)
        return try await bench.run {
            let process = try bench.processID()
            let idle = try ProcessTable.descriptors(process)
            let sampling = Task { try await samples(of: process) }
            let accounts = try await bench.client("soak", ["--seconds", "\(seconds)", "--seed", "\(seed)"])
            sampling.cancel()
            let taken = try await sampling.value
            if let line = accounts.split(separator: "\n").last { print(line) }
            // The server sees the ends of the last connections in its next turns.
            try await Waiting.value("the server to close the connections that went") {
                try ProcessTable.descriptors(process) <= idle ? () : nil
            }
            return try judge(taken)
        }
    }

    private struct Sample {
        let residentKiB: Int
        let descriptors: Int
    }

    private func samples(of process: Int32) async throws -> [Sample] {
        var samples: [Sample] = []
        while !Task.isCancelled {
            samples.append(
                Sample(residentKiB: try ProcessTable.residentKiB(process), descriptors: try ProcessTable.descriptors(process)))
            try? await Task.sleep(for: interval)
        }
        return samples
    }

    /// The first third is warm-up; the last must not be above the second.
    private func judge(_ samples: [Sample]) throws -> Verdict {
        let third = samples.count / 3
        guard third > 5 else { throw HarnessError("only \(samples.count) samples of the server's memory") }
        let (second, last) = (samples[third..<2 * third], samples[(2 * third)...])
        func largest(_ part: ArraySlice<Sample>, _ value: (Sample) -> Int) -> Int { part.map(value).max() ?? 0 }
        let (middle, end) = (largest(second) { $0.residentKiB }, largest(last) { $0.residentKiB })
        let (middleOpen, endOpen) = (largest(second) { $0.descriptors }, largest(last) { $0.descriptors })
        // Every caller may be opening a connection of its own by chance at the same time.
        let isGood = end <= middle + Self.allowanceKiB && endOpen <= middleOpen + Self.callers
        return Verdict(
            isGood: isGood,
            figure: "\(seconds) s: largest resident memory \(middle) KiB in the second third, \(end) KiB in the last; descriptors "
                + "\(middleOpen) and \(endOpen), after the load as before it; seed \(seed)")
    }

    /// As many as `sampan-bench soak` has unless told.
    private static let callers = 32
}
