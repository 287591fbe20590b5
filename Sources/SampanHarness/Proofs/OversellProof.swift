internal import SampanTestSupport
internal import Foundation
internal import Glibc
internal import SampanDomain
internal import SampanFerry
internal import SampanTransport
internal import Synchronization

/// `oversell`: many people want one morning at one doctor, all at once, and workers of the ferry die meanwhile.
package struct OversellProof: Proof {
    package static let name = "oversell"
    package static let promise =
        "10,000 concurrent holds on a quota of 50, workers killed meanwhile: exactly 50 succeed, their queue numbers are 1 to 50"

    private let count: Int
    private let seed: UInt64
    private static let quota: Int64 = 50
    static let session = "OVERSELL"

    package init(quick: Bool, seed: UInt64?) {
        count = quick ? 300 : 10_000
        self.seed = seed ?? UInt64.random(in: 0 ... .max)
    }

    package func run(programs: String) async throws -> Verdict {
        print("seed \(seed)")
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-oversell-\(UUID().uuidString)").path
        let region = try Region(directory: directory, programs: programs, workers: 5, faults: nil)
        try await Self.plant(region)
        do {
            try await region.start()
            let people = BookingRush(region, slot: "\(Self.session)-480")
            let killing = Task { await Self.kill(region, people, seed) }
            let rush: Result<BookingRush.Outcome, any Error>
            do { rush = .success(try await people.run(count)) } catch { rush = .failure(error) }
            killing.cancel()
            let kills = await killing.value
            let outcome = try rush.get()
            await region.stop()
            let receipts = try await DayBooks.hisLedger(region).map(\.receipt.text)
            let verdict = Self.judge(outcome, receipts, kills, count, seed)
            if verdict.isGood {
                try? FileManager.default.removeItem(atPath: directory)
            } else {
                print("the region's folder is kept: \(directory)")
            }
            return verdict
        } catch {
            await region.stop()
            print("the region's folder is kept: \(directory)")
            throw error
        }
    }

    private static func judge(
        _ outcome: BookingRush.Outcome, _ receipts: [String], _ kills: Int, _ count: Int, _ seed: UInt64
    ) -> Verdict {
        var faults: [String] = []
        let holds = outcome.holds.count
        if holds != Int(quota) || Set(outcome.holds).count != holds { faults.append("\(holds) holds, not \(quota)") }
        if outcome.refused["SCHEDULE_FULL"] != count - Int(quota) { faults.append("refusals: \(outcome.refused)") }
        if outcome.queue.sorted() != Array(1...UInt32(quota)) { faults.append("queue numbers \(outcome.queue.sorted())") }
        if receipts.sorted() != outcome.receipts.sorted() || Set(receipts).count != Int(quota) {
            faults.append("\(receipts.count) receipts in the HIS, \(outcome.receipts.count) told")
        }
        if outcome.left != 0 || !outcome.isFull { faults.append("\(outcome.left) places are left") }
        if kills == 0 { faults.append("nobody was killed") }
        for fault in faults { print(fault) }
        print("holds: p50 \(outcome.latencies.percentile(50)?.shown ?? "-"), p99 \(outcome.latencies.percentile(99)?.shown ?? "-")")
        let rate = Int(Double(count) / max(0.001, outcome.elapsed.milliseconds / 1_000))
        return Verdict(
            isGood: faults.isEmpty,
            figure:
                "\(count) holds on a quota of \(quota): \(holds) held, \(outcome.queue.count) booked under \(Set(outcome.queue).count) queue numbers, "
                + "\(kills) SIGKILLs of workers, \(outcome.repeats) calls again, \(rate) holds/s, seed \(seed)")
    }

    /// A clinic of tomorrow, one slot of four hours.
    private static func plant(_ region: Region) async throws {
        let tomorrow = Int64(Date.now.timeIntervalSince1970) + 86_400
        var seed = HISSeed.paymentDay
        seed.experts = [
            HISSeed.Expert(institution: Region.institutions[0], code: "E1", department: "03", name: "王建国", title: "主任医师")
        ]
        seed.sessions = [
            HISSeed.Session(
                institution: Region.institutions[0], id: session, department: "03", expert: "E1",
                day: BusinessDay(try UnixTime(seconds: tomorrow)), grid: try SlotGrid(session: 480..<720, length: 240, quota: quota))
        ]
        let store = try await HISStore.open(path: region.hisDatabase, seed: seed)
        await store.close()
    }

    /// A worker at once, however short the rush is, and then one every 50 to 250 ms, until its task is cancelled. How many. Between two of
    /// them somebody gets an answer: where workers take longer to start than they are let live, nobody ever would.
    private static func kill(_ region: Region, _ people: BookingRush, _ seed: UInt64) async -> Int {
        var random = SeededRandom(seed: seed)
        var (kills, answers) = (0, -1)
        while !Task.isCancelled {
            let now = people.answers.withLock { $0 }
            let workers = now > answers ? region.ferry.processID.map(ProcessTable.children) ?? [] : []
            if let worker = workers.randomElement(using: &random), Glibc.kill(worker, SIGKILL) == 0 { (kills, answers) = (kills + 1, now) }
            try? await Task.sleep(for: .milliseconds(Int.random(in: 50...250, using: &random)))
        }
        return kills
    }
}
