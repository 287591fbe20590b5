internal import Foundation

/// `forward`: what a node between two others costs a call, beside the proxies that Debian has.
package struct ForwardProof: Proof {
    package static let name = "forward"
    package static let promise =
        "a 1 KiB call passed on over mutual TLS, with policy and identity: ≤ 1.4 CPU s per 100,000 at 8x32, p99 + ≤ 3 ms; 1x1 ≤ 14, + ≤ 0.3 ms"

    private let seconds: Double
    private let rounds: Int
    /// Of what is promised at full size; the short form shares its two cores with whatever else CI does.
    private let slack: Double
    private let takesPeers: Bool

    package init(quick: Bool, seed: UInt64?) {
        seconds = quick ? 1 : 5
        // A round of the short form is a second, and one pause of the machine within it is its p99.
        rounds = quick ? 4 : 3
        slack = quick ? 4 : 1
        takesPeers = !quick
    }

    private struct Shape {
        let connections: Int
        let streams: Int
        /// CPU seconds of what stands between, for 100,000 calls.
        let mostCPU: Double
        /// Milliseconds that the p99 may grow by.
        let mostAdded: Double

        var name: String { "\(connections)x\(streams)" }
        var arguments: [String] { ["--connections", "\(connections)", "--streams", "\(streams)", "--payload", "1024"] }
    }

    private static let shapes = [
        Shape(connections: 8, streams: 32, mostCPU: 1.4, mostAdded: 3), Shape(connections: 1, streams: 1, mostCPU: 14, mostAdded: 0.3),
    ]

    package func run(programs: String) async throws -> Verdict {
        let line = try ForwardLine()
        return try await line.run(peers: takesPeers) { proxies in
            var figures: [String] = []
            var isGood = true
            for shape in Self.shapes {
                let arguments = shape.arguments + ["--seconds", "\(seconds)"]
                var best: [String: Cost] = [:]
                for _ in 0..<rounds {
                    // A neighbour on the machine makes a figure worse, never better: the best of each counts, all within one run.
                    let direct = try await line.load(arguments, through: nil)
                    for proxy in proxies {
                        let figures = try await line.load(arguments, through: proxy)
                        let cost = Cost(figures, beside: direct)
                        best[proxy.name] =
                            best[proxy.name].map { Cost(cpu: min($0.cpu, cost.cpu), added: min($0.added, cost.added)) } ?? cost
                        print(
                            "\(shape.name) \(proxy.name): \(cost), \(Int(figures.callsPerSecond)) calls/s (\(Int(direct.callsPerSecond)) direct)"
                        )
                    }
                }
                guard let ours = best[ForwardLine.own] else { throw HarnessError("nothing was measured") }
                isGood = isGood && ours.cpu <= shape.mostCPU * slack && ours.added <= shape.mostAdded * slack
                let others = best.filter { $0.key != ForwardLine.own }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                figures.append("\(shape.name) \(([ "\(ours)" ] + others).joined(separator: "; "))")
            }
            return Verdict(isGood: isGood, figure: figures.joined(separator: " | "))
        }
    }

    /// What something in between costs.
    private struct Cost: CustomStringConvertible {
        /// CPU seconds per 100,000 calls.
        let cpu: Double
        /// Milliseconds of p99.
        let added: Double

        init(cpu: Double, added: Double) { (self.cpu, self.added) = (cpu, added) }

        init(_ figures: LoadFigures, beside direct: LoadFigures) {
            cpu = figures.serverCPUSecondsPer100kCalls ?? .infinity
            added = (figures.p99Microseconds - direct.p99Microseconds) / 1_000
        }

        var description: String {
            "\((cpu * 100).rounded() / 100) CPU s per 100,000, p99 \(added < 0 ? "" : "+")\((added * 1_000).rounded() / 1_000) ms"
        }
    }
}
