internal import Foundation
internal import SampanTestSupport

/// `consent`: no byte of a record without a decision that names its basis (RE-05, RE-19).
package struct ConsentProof: Proof {
    package static let name = "consent"
    package static let promise =
        "every entry of the records' gate × role × purpose × state of consent × kind × grade gives a byte exactly where an independent oracle allows it, and each decision has its leaf"

    /// Cells of single documents that are played, in a thousand.
    private let share: Int
    private let leastCells: Int
    private let seed: UInt64

    package init(quick: Bool, seed: UInt64?) {
        (share, leastCells) = quick ? (70, 100_000) : (1_000, 300_000)
        self.seed = seed ?? UInt64.random(in: 0...UInt64.max)
    }

    package func run(programs: String) async throws -> Verdict {
        print("seed \(seed)")
        let directory = "\(NSTemporaryDirectory())/sampan-consent-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let fixture = try await RecordsFixture(path: "\(directory)/records.db")
        let matrix = try await ConsentMatrix(fixture)
        var random = SeededRandom(seed: seed)
        let outcome = try await matrix.play(share: share, random: &random) { cells in print("\(cells) cells") }
        await fixture.close()
        if let wrong = outcome.firstWrong { print("first wrong cell: \(wrong)") }
        return Verdict(
            isGood: outcome.cells >= leastCells && outcome.leaks == 0 && outcome.gaps == 0 && outcome.unwritten == 0 && outcome.allowed > 0,
            figure:
                "\(outcome.cells) cells (at least \(leastCells)), \(outcome.allowed) allowed; \(outcome.leaks) leaks, \(outcome.gaps) refused wrongly, \(outcome.unwritten) decisions without a leaf"
        )
    }
}
