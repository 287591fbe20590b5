import Foundation
import Glibc
import SampanAPI
import SampanDomain
import SampanFerry
import SampanHarness
import Testing

extension EndToEnd {
    @Suite("Survival: directed kills")
    struct KillTests {
        @Test("GW-03 GW-06: a row that was acknowledged is there after kill -9, under the same number")
        func gatewayAfterSubmit() async throws {
            try await withRegion(starts: false) { region in
                try await region.gateway.start()
                try await Hospital.at(region) { hospital in
                    let first = hospital.row("K0")
                    for (index, request) in [first, hospital.row("K1")].enumerated() {
                        #expect(try await hospital.submit(request)?.seq == UInt64(index))
                        await region.gateway.kill()
                        try await region.gateway.start()
                    }
                    #expect(try await hospital.submit(first)?.seq == 0, "a repetition names the first row")
                    #expect(try await hospital.submit(hospital.row("K2"))?.seq == 2, "no number is left out")
                    try await region.ferry.start()
                    for seq in 0..<3 as Range<UInt64> {
                        let status = try await hospital.outcome(ofRow: seq)
                        #expect(status?.state == .posted && status?.requestID == "K\(seq)")
                    }
                }
            }
        }

        /// The HIS of row B gives no answer for 30 s, so the worker has committed A of the same batch and cannot have reported it.
        @Test(
            "GW-08 GW-21: a worker killed between HIS commit and complete: one effect, the first outcome",
            arguments: [DayRequest.HISOutcome.ok, .lostReply])
        func workerAfterCommit(_ outcome: DayRequest.HISOutcome) async throws {
            let day = [try dayRequest("A", outcome), try dayRequest("B", .timeout)]
            var options = RegionOptions()
            options.hisTimeoutMilliseconds = 30_000
            try await withRegion(workers: 1, day: day, options: options, starts: false) { region in
                try await region.simulator.start()
                try await region.gateway.start()
                try await Hospital.at(region) { hospital in
                    for number in ["A", "B"] { _ = try await hospital.submit(hospital.row(number)) }
                    try await region.ferry.start()
                    let receipt = try await Self.receipt("A", region)
                    let worker = try await ProcessTable.waitForChildren(1, of: try #require(region.ferry.processID))[0]
                    _ = Glibc.kill(worker, SIGKILL)
                    await region.ferry.kill()
                    // Healthy from now on: B is answered too.
                    try Data("out_trade_no,his_outcome\n".utf8).write(to: URL(fileURLWithPath: "\(region.directory)/faults.csv"))
                    try await region.ferry.start()
                    #expect(try await hospital.outcome(ofRow: 0)?.receiptNumber == receipt)
                    #expect(try await hospital.outcome(ofRow: 1)?.state == .posted)
                }
                let books = try await DayBooks.read(region)
                #expect(books.hisCharges.mapValues(\.count) == ["A": 1, "B": 1])
            }
        }

        /// The receipt, as soon as the HIS has it.
        private static func receipt(_ number: String, _ region: Region) async throws -> String {
            try await Waiting.value("a receipt for \(number)") {
                try await DayBooks.hisLedger(region).first { $0.outTradeNo.text == number }?.receipt.text
            }
        }

        @Test("GW-04: a worker that is killed is replaced")
        func workerReplaced() async throws {
            try await withRegion(workers: 2) { region in
                let supervisor = try #require(region.ferry.processID)
                let before = try await ProcessTable.waitForChildren(2, of: supervisor)
                for worker in before { _ = Glibc.kill(worker, SIGKILL) }
                try await ProcessTable.waitUntilGone(before)
                let after = try await ProcessTable.waitForChildren(2, of: supervisor)
                #expect(Set(after).isDisjoint(with: before))
                let last = try await Hospital.at(region) { try await $0.pay("T1") }
                #expect(last?.state == .posted)
            }
        }

        @Test("GW-04 GW-08: a supervisor that is killed takes its workers along, and a new one takes over")
        func supervisor() async throws {
            try await withRegion(workers: 3) { region in
                let before = try await ProcessTable.waitForChildren(3, of: try #require(region.ferry.processID))
                await region.ferry.kill()
                try await ProcessTable.waitUntilGone(before)
                try await Hospital.at(region) { hospital in
                    let token = try await hospital.start("T1")
                    try await hospital.confirm(token)
                    try await region.ferry.start()
                    #expect(try await hospital.outcome(of: "T1")?.state == .posted)
                }
            }
        }

        @Test("RF-01: a channel killed between payment and notification: the payment is posted")
        func channelBeforeNotification() async throws {
            try await withRegion { region in
                try await Hospital.at(region) { hospital in
                    let token = try await hospital.start("T1")
                    // While the gateway is away nothing can be notified.
                    await region.gateway.kill()
                    try await hospital.confirm(token)
                    await region.simulator.kill()
                    try await region.gateway.start()
                    try await region.simulator.start()
                    #expect(try await hospital.outcome(of: "T1")?.state == .posted)
                }
            }
        }

        @Test("GW-02: a ferry that is started before its gateway finds it")
        func ferryFirst() async throws {
            try await withRegion(starts: false) { region in
                try await region.ferry.start()
                _ = try await ProcessTable.waitForChildren(2, of: try #require(region.ferry.processID))
                try await region.simulator.start()
                try await region.gateway.start()
                let last = try await Hospital.at(region) { try await $0.pay("T1") }
                #expect(last?.state == .posted)
            }
        }

        @Test("GW-07 GW-08: two ferries of different size on one gateway: every row has one effect")
        func twoFerries() async throws {
            let day = try (0..<100).map { try dayRequest("N\($0)", $0 % 7 == 0 ? .lostReply : .ok) }
            try await withRegion(workers: 2, day: day) { region in
                let second = try Self.ferry(of: region, workers: 3)
                try await second.start()
                do {
                    let player = try DayPlayer(region)
                    let played = try await player.play(day, concurrency: 32)
                    await player.close()
                    #expect(await second.stop() == 0)
                    let report = DayReport(day, played, try await DayBooks.read(region), workers: 2)
                    #expect(report.faults.isEmpty, "\(report.faults)")
                } catch {
                    await second.stop()
                    throw error
                }
            }
        }

        /// What is left over when the number of workers is changed and the old ferry has not ended yet.
        private static func ferry(of region: Region, workers: Int) throws -> ManagedProcess {
            let (old, new) = ("\(region.directory)/ferry.yaml", "\(region.directory)/ferry-\(workers).yaml")
            let text = try String(contentsOfFile: old, encoding: .utf8)
            let changed = text.replacing("workers: \(region.workers)\n", with: "workers: \(workers)\n")
            try #require(changed != text)
            try Data(changed.utf8).write(to: URL(fileURLWithPath: new))
            return ManagedProcess(
                name: "second ferry", program: "\(try Programs.folder())/sampan", arguments: ["ferry", "--config", new],
                logFile: "\(region.directory)/ferry-\(workers).log")
        }

        @Test("GW-04: every part ends with 0 when it is asked to, in any order")
        func gracefulEnds() async throws {
            try await withRegion(workers: 2) { region in
                let workers = try await ProcessTable.waitForChildren(2, of: try #require(region.ferry.processID))
                #expect(await region.simulator.stop() == 0)
                #expect(await region.gateway.stop() == 0)
                #expect(await region.ferry.stop() == 0)
                try await ProcessTable.waitUntilGone(workers)
            }
        }

        @Test("GW-03: a gateway stopped gracefully under load loses nothing that may be repeated")
        func gracefulStop() async throws {
            let day = try (0..<120).map { try dayRequest("S\($0)", $0 % 10 == 0 ? .reject : .ok) }
            try await withRegion(workers: 3, day: day) { region in
                let player = try DayPlayer(region)
                let (progress, reached) = AsyncStream.makeStream(of: Int.self)
                async let results = player.play(day, concurrency: 16) { reached.yield($0) }
                for await done in progress where done >= 30 { break }
                #expect(await region.gateway.stop() == 0)
                try await region.gateway.start()
                let played = try await results
                await player.close()
                let report = DayReport(day, played, try await DayBooks.read(region), workers: 3)
                #expect(report.faults.isEmpty, "\(report.faults)")
            }
        }
    }
}
