internal import Foundation
internal import SampanAPI
internal import SampanDomain
internal import SampanTestSupport

/// `refund`: how soon a payer has the money back that the HIS refuses (RF-02).
package struct RefundProof: Proof {
    package static let name = "refund"
    package static let promise = "payments that the HIS refuses: from the payer's confirmation to the whole amount back, p99 ≤ 3 s (RF-02)"

    private static let limit = Duration.seconds(3)
    private static let rate = 50

    private let count: Int
    private let seed: UInt64

    package init(quick: Bool, seed: UInt64?) {
        count = quick ? 50 : 2_000
        self.seed = seed ?? UInt64.random(in: 0 ... .max)
    }

    package func run(programs: String) async throws -> Verdict {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let day = try GeneratedDay.requests(count: count, outcome: .reject, using: &random)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-refund-\(UUID().uuidString)").path
        let region = try Region(directory: directory, programs: programs, workers: 5, faults: day.faultPlan)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let results: [DayPlayer.Result]
        do {
            try await region.start()
            let player = try DayPlayer(region)
            results = try await player.play(day, concurrency: 256, interval: .nanoseconds(1_000_000_000 / Self.rate))
            await player.close()
        } catch {
            await region.stop()
            throw error
        }
        await region.stop()
        let returned = results.filter { $0.payment.state == .refunded && $0.payment.refundedFen == $0.request.amount.fen }
        let latencies = Latencies(returned.map(\.latency))
        guard returned.count == count, let p50 = latencies.percentile(50), let p99 = latencies.percentile(99) else {
            return Verdict(isGood: false, figure: "\(returned.count) of \(count) were refunded")
        }
        return Verdict(
            isGood: p99 <= Self.limit,
            figure: "\(count) of \(count) refunded, p50 \(p50.shown), p99 \(p99.shown) (at most \(Self.limit.shown)), seed \(seed)")
    }
}
