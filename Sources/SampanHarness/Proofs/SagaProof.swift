internal import Foundation
internal import SampanTestSupport

/// `saga`: the way of a payment through every accident, in one process on simulated disks, lines and clocks (`SampanSaga`).
package struct SagaProof: Proof {
    package static let name = "saga"
    package static let promise =
        "pay → store → ferry → HIS → result → refund through 100,000 schedules of crashes, losses, repetitions and delays: no rule broken, planted bugs found"

    /// One for each of two cores.
    private static let parts = 2
    /// Every so many of the pairs of crashes.
    private let share: Int
    private let seeds: Int
    private let firstSeed: UInt64
    private let leastRuns: Int

    package init(quick: Bool, seed: UInt64?) {
        (share, seeds, leastRuns) = quick ? (4, 78_000, 100_000) : (1, 150_000, 200_000)
        firstSeed = seed ?? 1
    }

    package func run(programs: String) async throws -> Verdict {
        guard let program = ProcessInfo.processInfo.environment[EchoBench.programVariable], !program.isEmpty else {
            throw HarnessError("\(EchoBench.programVariable) names the program that searches: Scripts/prove builds it")
        }
        for bug in ["inbox-apart", "silence-is-refusal", "fresh-refund-numbers", "answer-before-commit"] {
            let found = try await FinishedProgram.run(program, ["saga", "--bug", bug, "--seeds", "2000", "--first"])
            let line = found.output.split(separator: "\n").first.map(String.init) ?? ""
            print("planted bug \(bug): \(found.status == 1 ? line : "not found")")
            guard found.status == 1 else { return Verdict(isGood: false, figure: "the planted bug \(bug) was not found") }
        }
        let outputs = try await withThrowingTaskGroup { group in
            for part in 0..<Self.parts { group.addTask { try await search(program, part) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        var (runs, findings) = (0, 0)
        for output in outputs {
            print(output, terminator: "")
            let last = output.split(separator: "\n").last?.split(separator: " ") ?? []
            guard last.count == 6, let ran = Int(last[0]), let found = Int(last[4]) else {
                throw HarnessError("the search said: \(output)")
            }
            (runs, findings) = (runs + ran, findings + found)
        }
        return Verdict(
            isGood: findings == 0 && runs >= leastRuns,
            figure: "\(runs) schedules (at least \(leastRuns)), \(findings) broke a rule; 4 of 4 planted bugs found")
    }

    private func search(_ program: String, _ part: Int) async throws -> String {
        let arguments =
            ["saga", "--pairs", "--share", "\(share * Self.parts)", "--part", "\(part)", "--seeds", "\(seeds / Self.parts)"]
            + ["--from", "\(firstSeed + UInt64(part * seeds / Self.parts))"] + (part == 0 ? ["--singles"] : [])
        let finished = try await FinishedProgram.run(program, arguments)
        guard finished.status == 0 || finished.status == 1 else {
            throw HarnessError("the search ended with \(finished.status): \(finished.errors)")
        }
        return finished.output
    }
}
