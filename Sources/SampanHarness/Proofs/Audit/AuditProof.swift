internal import Foundation
internal import SampanMesh
internal import SampanTestSupport

/// `audit`: the audit log under load, under kills and in the hands of somebody who changes it (RE-17, RE-18).
package struct AuditProof: Proof {
    package static let name = "audit"
    package static let promise =
        "≥ 20,000 durable audit entries/s with tree and map, no stall while sealing; proofs ≤ 2 KB and ≤ 4 KB; nothing lost, no change unseen"

    private enum Part: String, CaseIterable { case rate, stall, kill, tamper }

    package static let parts = Part.allCases.map(\.rawValue)

    private let quick: Bool
    private let seed: UInt64
    private let chosen: [Part]

    package init(quick: Bool, seed: UInt64?) { self.init(quick: quick, seed: seed, only: nil) }

    package init(quick: Bool, seed: UInt64?, only part: String?) {
        self.quick = quick
        self.seed = seed ?? .random(in: 0 ... .max)
        chosen = Part.allCases.filter { $0.rawValue.hasPrefix(part ?? "") }
    }

    package func run(programs: String) async throws -> Verdict {
        print("seed \(seed)")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-audit-\(UUID().uuidString)").path
        let bench = try AuditBench(folder: folder)
        var (figures, isGood) = ([String](), true)
        for part in chosen {
            let verdict =
                switch part {
                case .rate: try await rate(bench, programs)
                case .stall: try await stall(bench)
                case .kill: try await AuditKills(bench: bench, programs: programs, seed: seed, rounds: quick ? 2 : 20).run()
                case .tamper: try await AuditTampering(bench: bench, programs: programs, seed: seed, rounds: quick ? 25 : 1_000).run()
                }
            print("\(part.rawValue): \(verdict.isGood ? "" : "NOT GOOD: ")\(verdict.figure)")
            isGood = isGood && verdict.isGood
            figures.append(verdict.figure)
        }
        try? FileManager.default.removeItem(atPath: folder)
        return Verdict(isGood: isGood, figure: figures.joined(separator: "; ") + ", seed \(seed)")
    }

    /// As many as are taken, among two million persons, sealed as a node seals; then the proofs, and the whole verified. The short form
    /// runs programs that are not optimised, so that it asks for less.
    private func rate(_ bench: AuditBench, _ programs: String) async throws -> Verdict {
        let log = try await bench.open("rate", AuditSealing())
        let outcome = await AuditLoad(bench: bench).run(log, for: .seconds(quick ? 2 : 40), seed: seed)
        let closing = ContinuousClock.now
        let head = try await log.seal()
        let lag = ContinuousClock.now - closing
        await log.close()
        let count = UInt64(outcome.latencies.count)
        guard let head, head.size == count, outcome.failures == 0, count > 0 else {
            return Verdict(isGood: false, figure: "\(count) entries, \(outcome.failures) failures, \(head?.size ?? 0) sealed")
        }
        let proofs = try await AuditProofSizes(bench: bench, log: "rate", programs: programs, isOptimised: !quick).run(
            entries: count, person: 1...2_000)
        let files = try ["rate", "rate-index"].map { name in
            try FileManager.default.attributesOfItem(atPath: bench.path(name))[.size] as? Int ?? 0
        }
        let rate = Int(outcome.rate)
        return Verdict(
            isGood: rate >= (quick ? 100 : 20_000) && proofs.isGood,
            figure:
                "\(rate) entries/s durable (\(count) entries of \(head.people) persons), p50 \(Self.shown(outcome.latencies.percentile(50))), "
                + "p99 \(Self.shown(outcome.latencies.percentile(99))), sealed \(Int(lag.milliseconds)) ms after the last, "
                + "\(files[0] / Int(count)) + \(files[1] / Int(count)) bytes an entry; \(proofs.figure)")
    }

    /// The tail of appends at an even rate, with and without seals, in turns; a round is judged by its median.
    private func stall(_ bench: AuditBench) async throws -> Verdict {
        let (rounds, length) = (quick ? 1 : 5, Duration.seconds(quick ? 1 : 8))
        var tails: [Bool: [UInt64]] = [:]
        for round in 0..<rounds * 2 {
            let isSealed = round.isMultiple(of: 2)
            let log = try await bench.open(isSealed ? "sealed" : "unsealed", isSealed ? AuditSealing() : nil)
            var load = AuditLoad(bench: bench)
            load.rate = quick ? 500 : 5_000
            let outcome = await load.run(log, for: length, seed: seed &+ UInt64(round) &* 10_000)
            await log.close()
            guard let tail = outcome.latencies.percentile(99), outcome.failures == 0 else {
                return Verdict(isGood: false, figure: "\(outcome.failures) appends failed")
            }
            tails[isSealed, default: []].append(tail)
        }
        let (sealed, unsealed) = (Self.median(tails[true] ?? []), Self.median(tails[false] ?? []))
        let ratio = Double(sealed) / Double(max(1, unsealed))
        // One short round of each in a program that is not optimised says nothing of a tail: it shows that both run.
        return Verdict(
            isGood: quick || ratio <= 1.2,
            figure:
                "p99 at \(quick ? 500 : 5_000)/s \(Self.shown(sealed)) sealed, \(Self.shown(unsealed)) not: \(String(format: "%.2f", ratio)) (at most 1.2)"
        )
    }

    private static func shown(_ nanoseconds: UInt64?) -> String { nanoseconds.map { Duration.nanoseconds($0).shown } ?? "-" }

    private static func median(_ values: [UInt64]) -> UInt64 { values.isEmpty ? 0 : values.sorted()[values.count / 2] }
}
