/// `ferry-crash`: as `crash`, while workers stand still for up to a minute, N changes, and disks are full.
package struct FerryCrashProof: Proof {
    package static let name = "ferry-crash"
    package static let promise =
        "10,000 payments under SIGKILL of anything, workers stopped for longer than their lease, N changed live, full disks: 0 lost, 0 doubled"

    private let play: CrashPlay

    package init(quick: Bool, seed: UInt64?) {
        // Some 20 s, so that both disks are full once and one worker is stopped for longer than a lease; two minutes.
        let (count, rate) = quick ? (700, 35) : (10_000, 80)
        play = CrashPlay(name: Self.name, count: count, seed: seed ?? UInt64.random(in: 0 ... .max), rate: rate, hasSmallDisks: true)
    }

    package func run(programs: String) async throws -> Verdict {
        let outcome = try await play.run(programs: programs) { region, disks, seed in
            var upsets = FerryUpsets(region, disks, seed: seed)
            try await upsets.run()
            return upsets
        }
        return outcome.verdict(
            isGood: outcome.isClean && outcome.upset.isWhole,
            "\(play.count) payments, \(outcome.killsText), \(outcome.upset.text)\(outcome.booksText), seed \(play.seed)")
    }
}
