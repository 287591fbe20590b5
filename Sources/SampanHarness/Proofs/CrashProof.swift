internal import SampanTestSupport
internal import Foundation

/// `crash`: payments while workers, supervisor, gateway and channel are killed with SIGKILL at random, and nothing is lost or doubled.
package struct CrashProof: Proof {
    package static let name = "crash"
    package static let promise = "2,000 payments under random SIGKILL of every process: 0 lost, 0 doubled, exact to the fen"

    package var count = 2_000
    package var seed = UInt64.random(in: 0 ... .max)
    /// Requests started per second: slow enough that kills fall into all of them.
    package var rate = 80

    package init() {}

    package init(quick: Bool, seed: UInt64?) {
        if quick { count = 150 }
        if let seed { self.seed = seed }
    }

    package func run(programs: String) async throws -> Verdict {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let day = try GeneratedDay.requests(count: count, using: &random)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-crash-\(UUID().uuidString)").path
        var options = RegionOptions()
        options.channelPollMilliseconds = 300
        options.hisTimeoutMilliseconds = 50
        // The channel is sick too: lost answers, failures, late, lost and double notifications, slow refunds, on one pair of order and
        // operation in ten.
        options.simulatorArguments = ["--fail-rate", "0.1", "--seed", String(seed)]
        // Nothing may expire because a part of the region was dead: that would be right, but another outcome than the day's.
        options.requestLifetimeSeconds = 3_600
        let region = try Region(directory: directory, programs: programs, workers: 5, faults: day.faultPlan, options: options)
        let (results, killer): ([DayPlayer.Result], Killer)
        do {
            try await region.start()
            (results, killer) = try await play(day, region, seed: random.next())
        } catch {
            await region.stop()
            print("the region's folder is kept: \(directory)")
            throw error
        }
        await region.stop()
        let books = try await DayBooks.read(region)
        let report = DayReport(day, results, books, workers: 5)
        print(report.table)
        let kills = Killer.Victim.allCases.map { "\(killer.kills[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", ")
        let total = killer.kills.values.reduce(0, +)
        let isGood = report.faults.isEmpty && total > 0
        if isGood { try? FileManager.default.removeItem(atPath: directory) } else { print("the region's folder is kept: \(directory)") }
        return Verdict(
            isGood: isGood,
            figure: "\(count) payments, \(total) SIGKILLs (\(kills)), \(report.open) open, \(report.faults.count) faults, "
                + "paid \(report.paidFen) = posted \(report.postedFen) + refunded \(report.refundedFen) fen, seed \(seed)")
    }

    private func play(_ day: [DayRequest], _ region: Region, seed: UInt64) async throws -> ([DayPlayer.Result], Killer) {
        let player = try DayPlayer(region)
        let progress = Progress(total: day.count)
        let killing = Task {
            var killer = Killer(region, seed: seed)
            try await killer.run(pause: 50...400)
            return killer
        }
        let results: Result<[DayPlayer.Result], any Error>
        do {
            results = .success(
                try await player.play(day, concurrency: 64, interval: .nanoseconds(1_000_000_000 / rate)) { progress.show($0) })
        } catch {
            results = .failure(error)
        }
        // Everything that it killed is running again when it returns.
        killing.cancel()
        let killed = await killing.result
        await player.close()
        return (try results.get(), try killed.get())
    }
}
