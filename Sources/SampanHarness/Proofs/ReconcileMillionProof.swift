internal import Foundation
internal import SampanProcess
internal import SampanTestSupport

/// `reconcile-million`: a payment day of a million bill lines is reconciled exactly, on one core, in memory that does
/// not grow with it (RC-01, RC-03).
package struct ReconcileMillionProof: Proof {
    package static let name = "reconcile-million"
    package static let promise =
        "1,000,000 bill lines against both ledgers in ≤ 10 s on one core, flat memory, every planted break and no other"

    /// Seconds of CPU: one thread takes no fewer seconds by the clock, and on a machine with others it takes more. The short form runs
    /// an unoptimised program.
    private let limit: Double
    /// MiB that the program may have resident at the most, whatever the day.
    private static let memoryLimit = 64.0
    /// MiB that the largest day may need more than the smallest. What one partition of a day holds still grows here: it is full at seven
    /// million lines.
    private static let growthLimit = 24.0
    private let sizes: [Int]
    private let seed: UInt64

    package init(quick: Bool, seed: UInt64?) {
        limit = quick ? 60 : 10
        // An order makes 0.99 bill lines.
        sizes = quick ? [5_000, 50_500] : [101_000, 1_012_000]
        self.seed = seed ?? .random(in: 0 ... .max)
    }

    package func run(programs: String) async throws -> Verdict {
        print("seed \(seed)")
        var runs: [Run] = []
        for orders in sizes {
            let run = try await measure(orders, programs)
            print(
                "\(run.billLines) bill lines, \(orders) orders: \(Self.shown(run.cpuSeconds)) s of CPU (\(Self.shown(run.seconds)) s by the clock), "
                    + "peak \(Self.shown(run.peakMiB)) MiB, \(run.planted) breaks planted, \(run.missed) missed, \(run.invented) invented")
            runs.append(run)
        }
        guard let small = runs.first, let large = runs.last else { return Verdict(isGood: false, figure: "nothing was run") }
        let isExact = runs.allSatisfy { $0.missed == 0 && $0.invented == 0 }
        let isFlat = large.peakMiB <= Self.memoryLimit && large.peakMiB - small.peakMiB <= Self.growthLimit
        return Verdict(
            isGood: isExact && isFlat && large.cpuSeconds <= limit,
            figure: "\(large.billLines) bill lines in \(Self.shown(large.cpuSeconds)) s on one core (at most \(Self.shown(limit))), "
                + "peak \(Self.shown(large.peakMiB)) MiB (\(Self.shown(small.peakMiB)) MiB for \(small.billLines); at most "
                + "\(Self.shown(Self.memoryLimit))), breaks \(isExact ? "exact" : "NOT EXACT")")
    }

    private struct Run {
        let billLines: Int
        let cpuSeconds: Double
        let seconds: Double
        let peakMiB: Double
        let planted: Int
        let missed: Int
        let invented: Int
    }

    private struct Answer: Decodable {
        let billLines: Int
    }

    private func measure(_ orders: Int, _ programs: String) async throws -> Run {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-reconcile-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let truth = try PlantedDay.write(seed: seed, orders: orders, to: "\(directory)/day")
        let begin = ContinuousClock.now
        let process = try ChildProcess(
            program: "\(programs)/sampan",
            arguments: ["reconcile", "--date", "2026-11-18", "--dir", "\(directory)/day", "--out", "\(directory)/breaks.csv", "--json"],
            output: .file("\(directory)/answer.json"))
        let meter = Task { await Self.meter(process) }
        let status = await process.waitForEnd()
        let seconds = begin.duration(to: .now).milliseconds / 1_000
        guard status == (truth.isEmpty ? 0 : 1) else { throw HarnessError("sampan reconcile ended with \(status)") }
        let (cpuSeconds, peakMiB) = await meter.value
        let answer = try JSONDecoder().decode(Answer.self, from: Data(contentsOf: URL(fileURLWithPath: "\(directory)/answer.json")))
        let found = try Self.breaks("\(directory)/breaks.csv")
        let planted = Set(truth.map { $0.fields.joined(separator: ",") })
        return Run(
            billLines: answer.billLines, cpuSeconds: cpuSeconds, seconds: seconds, peakMiB: peakMiB, planted: truth.count,
            missed: planted.subtracting(found).count, invented: found.count - planted.intersection(found).count)
    }

    /// Looks at the process until it has ended; its CPU seconds and its highest resident memory, as last seen.
    private static func meter(_ process: ChildProcess) async -> (cpuSeconds: Double, peakMiB: Double) {
        var last = (cpuSeconds: 0.0, peakMiB: 0.0)
        while process.isRunning {
            if let peak = try? ProcessTable.peakKiB(process.number), let cpu = try? ProcessTable.exactCPUSeconds(process.number), cpu > 0 {
                last = (cpu, Double(peak) / 1_024)
            }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return last
    }

    /// The lines without their action.
    private static func breaks(_ path: String) throws -> [String] {
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        return text.split(separator: "\n").dropFirst().map { line in String(line[..<(line.lastIndex(of: ",") ?? line.endIndex)]) }
    }

    private static func shown(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
