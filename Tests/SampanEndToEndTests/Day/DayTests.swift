import Foundation
import SampanDomain
import SampanHarness
import SampanTestSupport
import StoreTestSupport
import Testing

extension EndToEnd {
    @Suite("The main job: the payment day")
    struct DayTests {
        private static let hisHeader = "org_code,his_receipt_no,out_trade_no,kind,amount_fen,posted_at,operator_id,settlement_mark"
        private static let platformHeader =
            "entry_type,out_trade_no,out_refund_no,channel,channel_txn_no,org_code,biz_type,amount_fen,status,created_at,finished_at,"
            + "his_status,his_receipt_no"
        private static let summaryKeys: Set<String> = [
            "requests", "paid", "posted", "refunded", "closed", "open", "paid_fen", "posted_fen", "refunded_fen", "rows_per_worker",
            "pay_to_outcome_p50_ms", "pay_to_outcome_p99_ms", "submit_to_outcome_p50_ms", "submit_to_outcome_p99_ms", "equation_holds",
            "faults",
        ]

        @Test("GW-07 GW-12 RF-01 CE-01: the embedded day adds up, line by line", arguments: [1, 3, 5])
        func embeddedDay(workers: Int) async throws {
            let scratch = try TemporaryDirectory()
            let run = try await Self.demo(["--workers", "\(workers)", "--out", scratch.file("day")], scratch)
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            #expect(run.output.contains("the day adds up to the fen"))
            let day = try DayRequest.read(Demo.embeddedDay)
            #expect(day.count == 150)
            try Self.checkLedgers(scratch.file("day"), day)
            try Self.checkSummary(scratch.file("day"), day, workers)
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["day"], "the region's folder is gone")
        }

        @Test("GW-06 GW-07: 150 paid requests and 5 workers: 30 rows each")
        func evenShares() async throws {
            let scratch = try TemporaryDirectory()
            let day = try DayRequest.read(Demo.embeddedDay)
            var file = "out_trade_no,channel,org_code,biz_type,amount_fen,pay_outcome,his_outcome\n"
            for request in day {
                let fields = [request.outTradeNo.text, request.channel.rawValue, request.institution, request.kind.rawValue]
                file += fields.joined(separator: ",") + ",\(request.amount.fen),PAID,OK\n"
            }
            try Data(file.utf8).write(to: URL(fileURLWithPath: scratch.file("paid.csv")))
            let run = try await Self.demo(
                ["--requests", scratch.file("paid.csv"), "--workers", "5", "--out", scratch.file("day")], scratch)
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            let summary = try Self.summary(scratch.file("day"))
            #expect(summary["rows_per_worker"] as? [Int] == [30, 30, 30, 30, 30])
            #expect(summary["posted"] as? Int == 150)
        }

        @Test("--keep keeps the region's folder, and says where it is")
        func keeps() async throws {
            let scratch = try TemporaryDirectory()
            let lines = String(decoding: Demo.embeddedDay, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: true)
            try Data((lines.prefix(4).joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: scratch.file("short.csv")))
            let run = try await Self.demo(["--requests", scratch.file("short.csv"), "--workers", "1", "--keep"], scratch)
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            let kept = try FileManager.default.contentsOfDirectory(atPath: scratch.path).filter { $0.hasPrefix("sampan-demo-") }
            #expect(kept.count == 1)
            #expect(run.output.contains(try #require(kept.first)))
        }

        @Test("A demo that is told to end leaves no process behind")
        func interrupted() async throws {
            let scratch = try TemporaryDirectory()
            let program = ManagedProcess(
                name: "demo", program: "/usr/bin/env",
                arguments: ["TMPDIR=\(scratch.path)", "\(try Programs.folder())/sampan-harness", "demo", "--workers", "2"],
                logFile: scratch.file("log"))
            // It never says that it is ready; its parts are its children.
            async let started: Void? = try? program.start()
            let demo = try await Waiting.value("the demo") { program.processID }
            let parts = try await ProcessTable.waitForChildren(3, of: demo)
            let workers = try await Waiting.value("workers") {
                let found = parts.flatMap(ProcessTable.children)
                return found.count == 2 ? found : nil
            }
            #expect(await program.stop() == 128 + 15)
            try await ProcessTable.waitUntilGone(parts + workers)
            await started
            withExtendedLifetime(scratch) {}
        }

        @Test("A folder that cannot be made for the ledgers is told before the day is played")
        func unwritableOutput() async throws {
            let scratch = try TemporaryDirectory()
            try Data().write(to: URL(fileURLWithPath: scratch.file("taken")))
            let run = try await Self.demo(["--out", scratch.file("taken/day")], scratch)
            #expect(run.status != 0)
            #expect(run.errors.contains("--out"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["taken"])
        }

        private static func demo(_ arguments: [String], _ scratch: TemporaryDirectory) async throws -> FinishedProgram {
            try await FinishedProgram.run("\(try Programs.folder())/sampan-harness", ["demo"] + arguments, scratch: scratch)
        }

        private static func checkLedgers(_ folder: String, _ day: [DayRequest]) throws {
            let his = try Self.table("\(folder)/his_ledger.csv", header: hisHeader)
            let platform = try Self.table("\(folder)/platform_ledger.csv", header: platformHeader)
            let charges = Dictionary(grouping: his) { $0["out_trade_no"] ?? "" }
            let entries = Dictionary(grouping: platform) { $0["out_trade_no"] ?? "" }
            #expect(charges.values.allSatisfy { $0.allSatisfy { $0["kind"] == "CHARGE" } })
            #expect(Set(his.map { $0["his_receipt_no"] }).count == his.count, "receipt numbers are unique")
            for request in day {
                let number = request.outTradeNo.text
                let charged = charges[number] ?? []
                let refunds = (entries[number] ?? []).filter { $0["entry_type"] == "REFUND" }
                let payments = (entries[number] ?? []).filter { $0["entry_type"] == "PAY" }
                try #require(payments.count == 1, "\(number)")
                let fen = String(request.amount.fen)
                #expect(payments[0]["amount_fen"] == fen)
                switch request.expected {
                case .posted:
                    #expect(charged.map { $0["amount_fen"] } == [fen], "\(number) has one charge of its amount")
                    #expect(charged.map { $0["org_code"] } == [request.institution])
                    #expect(refunds.isEmpty, "\(number)")
                    #expect(payments[0]["his_receipt_no"] == charged.first?["his_receipt_no"])
                case .refunded:
                    #expect(charged.isEmpty, "\(number)")
                    #expect(refunds.map { $0["amount_fen"] } == [fen], "\(number) has one full refund")
                    #expect(refunds.map { $0["status"] } == ["REFUNDED"])
                case .closed:
                    #expect(charged.isEmpty && refunds.isEmpty, "\(number)")
                    #expect(payments[0]["status"] == "CLOSED")
                }
            }
            #expect(charges.count == day.count { $0.expected == .posted }, "nothing else is charged")
            #expect(entries.count == day.count, "nothing else is in the platform's ledger")
        }

        private static func checkSummary(_ folder: String, _ day: [DayRequest], _ workers: Int) throws {
            let summary = try summary(folder)
            #expect(Set(summary.keys) == summaryKeys)
            let paid = day.filter { $0.hisOutcome != nil }
            let fen = { (requests: [DayRequest]) in requests.reduce(0) { $0 + Int($1.amount.fen) } }
            #expect(summary["requests"] as? Int == day.count)
            #expect(summary["paid"] as? Int == paid.count)
            #expect(summary["posted_fen"] as? Int == fen(day.filter { $0.expected == .posted }))
            #expect(summary["refunded_fen"] as? Int == fen(day.filter { $0.expected == .refunded }))
            #expect(summary["paid_fen"] as? Int == fen(paid))
            #expect(summary["open"] as? Int == 0)
            #expect(summary["equation_holds"] as? Bool == true)
            #expect((summary["faults"] as? [String])?.isEmpty == true)
            let rows = try #require(summary["rows_per_worker"] as? [Int])
            #expect(rows.count == workers)
            #expect(rows.reduce(0, +) == paid.count, "the unpaid never reach the outer store")
            #expect((rows.max() ?? 0) - (rows.min() ?? 0) <= 1)
        }

        private static func summary(_ folder: String) throws -> [String: Any] {
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/summary.json"))
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        }

        /// Rows by column name, read apart from the harness.
        private static func table(_ path: String, header: String) throws -> [[String: String]] {
            let table = try CSVTable([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
            #expect(table.header.joined(separator: ",") == header)
            return table.rows.map { Dictionary(uniqueKeysWithValues: zip(table.header, $0.fields)) }
        }
    }
}
