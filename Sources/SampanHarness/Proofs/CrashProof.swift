/// `crash`: payments while workers, supervisor, gateway and channel are killed with SIGKILL at random, and nothing is lost or doubled.
package struct CrashProof: Proof {
    package static let name = "crash"
    package static let promise = "2,000 payments under random SIGKILL of every process: 0 lost, 0 doubled, exact to the fen"

    package var count = 2_000
    package var seed = UInt64.random(in: 0 ... .max)

    package init() {}

    package init(quick: Bool, seed: UInt64?) {
        if quick { count = 150 }
        if let seed { self.seed = seed }
    }

    package func run(programs: String) async throws -> Verdict {
        let play = CrashPlay(name: Self.name, count: count, seed: seed, rate: 80)
        let outcome = try await play.run(programs: programs) { _, _, _ in }
        return outcome.verdict(
            isGood: outcome.isClean, "\(count) payments, \(outcome.killsText), \(outcome.booksText), seed \(seed)")
    }
}
