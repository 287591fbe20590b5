internal import Foundation

/// `handshake`: what opening a connection over mutual TLS costs the server.
package struct HandshakeProof: Proof {
    package static let name = "handshake"
    package static let promise = "opening a connection over mutual TLS costs the server at most 0.8 ms of CPU, also 50 at a time"

    /// Milliseconds. The short form runs beside other work on machines that we do not know, where the same instructions take longer:
    /// there it only has to be far from a handshake that does its work twice.
    private let limit: Double
    private let connections: Int
    /// CPU seconds are never too small, but too large when neighbours share the core and its caches: the best round counts.
    private static let rounds = 3
    private static let warmUp = 50
    private static let parallel = 50

    package init(quick: Bool, seed: UInt64?) {
        limit = quick ? 2 : 0.8
        connections = quick ? 200 : 1_000
    }

    package func run(programs: String) async throws -> Verdict {
        let one = try await best(try EchoBench(mode: .mtls), parallel: 1)
        let many = try await best(try EchoBench(mode: .mtls), parallel: Self.parallel)
        print("one after the other \(Self.shown(one)) ms, \(Self.parallel) at a time \(Self.shown(many)) ms")
        let issued = try await best(try EchoBench(mode: .mtls, chain: .issued), parallel: 1)
        print("with an issuing authority in the chain \(Self.shown(issued)) ms")
        if let floor = Self.floor {
            let theirs = try await best(try EchoBench(mode: .mtls, foreign: "exec \(floor) $PORT $MODE"), parallel: 1)
            print("floor.c in the same run \(Self.shown(theirs)) ms: \(Self.shown(one / theirs)) of it")
        }
        let worse = max(one, many)
        return Verdict(
            isGood: worse <= limit, figure: "\(Self.shown(worse)) ms of server CPU per connection opened (at most \(Self.shown(limit)))")
    }

    /// The C server of the peers' benchmark, where it has been built.
    private static var floor: String? {
        let environment = ProcessInfo.processInfo.environment
        let lab = environment["LAB"] ?? "\(environment["HOME"] ?? "")/.cache/sampan-peers"
        return FileManager.default.isExecutableFile(atPath: "\(lab)/floor") ? "\(lab)/floor" : nil
    }

    /// Milliseconds of CPU per connection.
    private func best(_ bench: EchoBench, parallel: Int) async throws -> Double {
        try await bench.run {
            let first = try await bench.hold(Self.warmUp, parallel: 1)
            var best = Double.infinity
            for _ in 0..<Self.rounds {
                let before = try ProcessTable.exactCPUSeconds(try bench.processID())
                let held = try await bench.hold(connections, parallel: parallel)
                best = min(best, try ProcessTable.exactCPUSeconds(try bench.processID()) - before)
                await held.kill()
            }
            await first.kill()
            return best / Double(connections) * 1_000
        }
    }

    private static func shown(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
