internal import Foundation
internal import SampanTestSupport

/// Plays a generated day in a region whose processes are killed with SIGKILL at random, and reads the books afterwards: what `crash` and
/// `ferry-crash` have in common.
struct CrashPlay {
    /// Of the proof; names the region's folder.
    let name: String
    let count: Int
    let seed: UInt64
    /// Requests started per second: slow enough that kills fall into all of them.
    let rate: Int
    /// Outside and inside each lie on a disk of their own, which can be filled.
    var hasSmallDisks = false

    /// The inside's and the outside's, in MiB: enough for 10,000 payments, and filled within half a second.
    private static let diskMebibytes = 256

    struct Outcome<Upset: Sendable>: Sendable {
        let report: DayReport
        let kills: [Killer.Victim: Int]
        /// What was done to the region besides.
        let upset: Upset
        let directory: String

        /// Nothing lost or doubled, and somebody was killed.
        var isClean: Bool { report.faults.isEmpty && kills.values.reduce(0, +) > 0 }

        var killsText: String {
            let each = Killer.Victim.allCases.map { "\(kills[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", ")
            return "\(kills.values.reduce(0, +)) SIGKILLs (\(each))"
        }

        var booksText: String {
            "\(report.open) open, \(report.faults.count) faults, paid \(report.paidFen) = posted \(report.postedFen) "
                + "+ refunded \(report.refundedFen) fen"
        }

        /// The verdict; the region's folder stays where it is not good.
        func verdict(isGood: Bool, _ figure: String) -> Verdict {
            if isGood {
                try? FileManager.default.removeItem(atPath: directory)
            } else {
                print("the region's folder is kept: \(directory)")
            }
            return Verdict(isGood: isGood, figure: figure)
        }
    }

    /// What else is done to a region that is played in; its disks, where it has small ones, are the outside's and the inside's.
    typealias Upsetting<Upset: Sendable> = @Sendable (_ region: Region, _ disks: [SmallDisk], _ seed: UInt64) async throws -> Upset

    /// - Parameter upsetting: what else is done to the region while the day is played, from a seed; ends when its task is cancelled.
    func run<Upset: Sendable>(
        programs: String, upsetting: @escaping Upsetting<Upset>
    ) async throws -> Outcome<Upset> {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let day = try GeneratedDay.requests(count: count, using: &random)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-\(name)-\(UUID().uuidString)").path
        let region = try Region(directory: directory, programs: programs, workers: 5, faults: day.faultPlan, options: options)
        var disks: [SmallDisk] = []
        let played: ([DayPlayer.Result], Killer, Upset)
        do {
            for folder in hasSmallDisks ? [region.outsideData, region.insideData] : [] {
                disks.append(try await SmallDisk.mount(folder, mebibytes: Self.diskMebibytes))
            }
            try await region.start()
            played = try await play(day, region, disks, seed: random.next(), upsetting)
        } catch {
            await region.stop()
            for disk in disks { try? await disk.unmount() }
            print("the region's folder is kept: \(directory)")
            throw error
        }
        await region.stop()
        for disk in disks { try await disk.unmount() }
        let (results, killer, upset) = played
        let report = DayReport(day, results, try await DayBooks.read(region), workers: 5)
        print(report.table)
        return Outcome(report: report, kills: killer.kills, upset: upset, directory: directory)
    }

    private var options: RegionOptions {
        var options = RegionOptions()
        options.channelPollMilliseconds = 300
        options.hisTimeoutMilliseconds = 50
        // The channel is sick too: lost answers, failures, late, lost and double notifications, slow refunds, on one pair of order and
        // operation in ten.
        options.simulatorArguments = ["--fail-rate", "0.1", "--seed", String(seed)]
        // Nothing may expire because a part of the region was dead: that would be right, but another outcome than the day's.
        options.requestLifetimeSeconds = 3_600
        return options
    }

    private func play<Upset: Sendable>(
        _ day: [DayRequest], _ region: Region, _ disks: [SmallDisk], seed: UInt64, _ upsetting: @escaping Upsetting<Upset>
    ) async throws -> ([DayPlayer.Result], Killer, Upset) {
        let player = try DayPlayer(region)
        let progress = Progress(total: day.count)
        let killing = Task {
            var killer = Killer(region, disks, seed: seed)
            try await killer.run(pause: 50...400)
            return killer
        }
        let upsets = Task { try await upsetting(region, disks, seed) }
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
        upsets.cancel()
        let upset = await upsets.result
        await player.close()
        return (try results.get(), try killed.get(), try upset.get())
    }
}
