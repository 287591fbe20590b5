import Foundation
import SampanAPI
import SampanChannelSimulator
import SampanDomain
import SampanHarness
import SampanMesh
import SampanRPC
import SampanServices
import SampanTestSupport
import StoreTestSupport
import Testing

extension EndToEnd {
    @Suite("Settlement, breaks and statistics by the program")
    struct SettlementProgramTests {
        private struct Settled: Decodable {
            struct Channel: Decodable {
                let channel: String
                let paidFen: Int
            }
            struct Late: Decodable {
                let belongsTo: String
                let key: String
            }
            let state: String
            let reason: String?
            let receipts: Int
            let receiptsFen: Int
            let cashFen: Int
            let closedAt: String?
            let closedBy: String?
            let mark: String?
            let channels: [Channel]
            let lateEntries: [Late]
        }

        private struct Kept: Decodable {
            struct Step: Decodable { let kind: String }
            let number: Int
            let state: String
            let type: String
            let outTradeNo: String
            let steps: [Step]?
        }

        /// The program, as somebody with a certificate of the region.
        private struct Desk {
            let region: Region
            let scratch: TemporaryDirectory
            let person: String

            func run(_ arguments: [String]) async throws -> FinishedProgram {
                let files = region.credentialFiles(person)
                var all = arguments
                all.insert("127.0.0.1:\(region.gatewayPort)", at: 2)
                return try await FinishedProgram.run(
                    "\(try Programs.folder())/sampan",
                    all + ["--certificate", files.certificate, "--key", files.key, "--trust", files.trust, "--timeout", "60s"],
                    scratch: scratch)
            }

            func json<T: Decodable>(_ type: T.Type, _ arguments: [String]) async throws -> T {
                let ended = try await run(arguments + ["--json"])
                guard ended.status == 0 else { throw Programs.Missing(description: "\(arguments): \(ended.status) \(ended.errors)") }
                return try JSONDecoder().decode(type, from: Data(ended.output.utf8))
            }
        }

        /// The day before today, and two moments of it.
        private struct Yesterday {
            let day: BusinessDay
            let noon: UnixTime

            init() throws {
                let now = UnixTime(nanoseconds: Int64(Date.now.timeIntervalSince1970 * 1e9))
                day = BusinessDay(now.advanced(byNanoseconds: -86_400_000_000_000))
                noon = try UnixTime(chinaText: "\(day.text) 12:00:00")
            }
        }

        /// What the gateway has lived through on the day: one payment posted, one closed unpaid.
        private static func live(_ region: Region, _ day: Yesterday) async throws {
            try FileManager.default.createDirectory(
                atPath: "\(region.directory)/data", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let store = try PaymentStore(path: region.paymentDatabase)
            let institution = try InstitutionCode(Region.institutions[0], scheme: .local)
            for name in ["DONE", "SHUT"] {
                let order = try OutTradeNo(name)
                _ = try await store.create(
                    NewPayment(
                        outTradeNo: order, caller: institution, requestID: RequestID(name), hash: [1], institution: institution,
                        kind: .bookingFee, amount: Money(fen: 1_500), channel: .wechatPay, command: [1]), now: day.noon)
                func apply(_ event: PaymentEvent) async throws {
                    _ = try await store.apply(event, to: order, expecting: nil, now: day.noon)
                }
                if name == "SHUT" { try await apply(.closed) }
                guard name == "DONE" else { continue }
                try await apply(.paid(ChannelPayment(transactionID: "T-DONE", paidAt: day.noon), amount: Money(fen: 1_500)))
                try await apply(.queued(seq: 1_000_000))
                try await apply(.decided(.posted(try ReceiptNumber("H2611170000001"))))
            }
            await store.close()
        }

        /// The channel took money for the closed order on that day after all, and nobody was told.
        private static func payClosed(_ region: Region, _ day: Yesterday) async throws {
            let channel = try ChannelStore(path: region.channelDatabase)
            let order = try OutTradeNo("SHUT")
            _ = try await channel.create(
                try OrderTerms(
                    outTradeNo: order, channel: .wechatPay, amountFen: 1_500, description: "挂号费",
                    expiresAt: day.noon.advanced(byNanoseconds: 3_600_000_000_000)), now: day.noon)
            _ = try await channel.pay(order, now: day.noon.advanced(byNanoseconds: 60_000_000_000))
            await channel.close()
        }

        @Test("ST-01 ST-02 ST-04 RC-04 RC-05: reconcile, record, blocked, resolved by two persons, closed once, a late entry, figures")
        func day() async throws {
            let scratch = try TemporaryDirectory()
            let day = try Yesterday()
            try await withRegion(workers: 1, starts: false) { region in
                try await Self.live(region, day)
                try await region.start()
                let now = Int64(Date.now.timeIntervalSince1970)
                for person in ["li", "wang"] { try region.issue(.settlement, Region.operatorCode, as: person, now: now) }
                try region.issue(.admin, Region.operatorCode, as: "chief", now: now)
                let li = Desk(region: region, scratch: scratch, person: "li")
                let wang = Desk(region: region, scratch: scratch, person: "wang")
                let date = ["--date", day.day.text]

                // Only the settlement role, and only with a reconciliation.
                let stranger = try await Desk(region: region, scratch: scratch, person: "chief").run(["settlement", "close"] + date)
                #expect(stranger.status == 1 && stranger.errors.contains("PERMISSION_DENIED"), "\(stranger.errors)")
                let early = try await li.run(["settlement", "close"] + date)
                #expect(early.status == 1 && early.errors.contains("NOT_RECONCILED"), "\(early.errors)")

                let findings = try await Self.reconcile(scratch)
                let recorded = try await li.run(
                    ["breaks", "record", "--file", findings, "--settlements", scratch.file("settlements.csv")] + date)
                #expect(recorded.status == 0 && recorded.output.hasPrefix("run 1 of \(day.day.text): "), "\(recorded.errors)")
                let blocked = try await li.run(["settlement", "close"] + date)
                #expect(blocked.status == 1 && blocked.errors.contains("OPEN_BREAKS"), "\(blocked.errors)")
                try await Self.resolve(li, wang, date)
                try await Self.close(li, wang, day, scratch)
                try await Self.late(li, region, day, scratch)
            }
        }

        /// A planted day, reconciled by the program; the file of its breaks.
        private static func reconcile(_ scratch: TemporaryDirectory) async throws -> String {
            let folder = scratch.file("planted")
            _ = try PlantedDay.write(seed: 7, orders: 60, troublesPerThousand: 100, to: folder)
            let out = scratch.file("breaks.csv")
            let ended = try await FinishedProgram.run(
                "\(try Programs.folder())/sampan",
                ["reconcile", "--date", "2026-11-18", "--dir", folder, "--out", out, "--settlements", scratch.file("settlements.csv")],
                scratch: scratch)
            #expect(ended.status == 1, "\(ended.errors)")
            return out
        }

        /// Takes every break that waits to its end, each by two persons.
        private static func resolve(_ li: Desk, _ wang: Desk, _ date: [String]) async throws {
            var breaks = try await li.json([Kept].self, ["breaks", "list"] + date)
            #expect(!breaks.isEmpty)
            // Rules look at their orders, which no gateway knows, and hand them over.
            while breaks.contains(where: { $0.state == "REFUNDING" }) {
                try await Waiting.moment()
                breaks = try await li.json([Kept].self, ["breaks", "list"] + date)
            }
            for found in breaks {
                let name = "\(found.number)"
                let proposed = try await li.run(["breaks", "propose", name, "--note", "claimed, letter 7"])
                #expect(proposed.status == 0, "\(proposed.errors)")
                let alone = try await li.run(["breaks", "approve", name])
                #expect(alone.status == 1 && alone.errors.contains("TWO_PERSONS"), "\(alone.errors)")
                let approved = try await wang.run(["breaks", "approve", name])
                #expect(approved.status == 0 && approved.output.contains("RESOLVED"), "\(approved.errors)")
            }
            #expect(try await li.json([Kept].self, ["breaks", "list"] + date).isEmpty)
        }

        private static func close(_ li: Desk, _ wang: Desk, _ day: Yesterday, _ scratch: TemporaryDirectory) async throws {
            let page = scratch.file("settlement.html")
            let first = try await li.json(
                Settled.self, ["settlement", "close", "--date", day.day.text, "--html", page])
            #expect(first.state == "CLOSED" && first.receipts == 1 && first.receiptsFen == 1_500 && first.cashFen == 0)
            #expect(first.closedBy?.hasSuffix("/settlement/\(Region.operatorCode)/li") == true && first.mark != nil)
            let html = try String(contentsOfFile: page, encoding: .utf8)
            #expect(html.contains("结账单 Settlement \(day.day.text)") && html.contains("<td class=\"n\">15.00</td>"))
            let again = try await wang.json(
                Settled.self, ["settlement", "close", "--date", day.day.text, "--reason", "another body"])
            #expect(again.closedBy == first.closedBy && again.closedAt == first.closedAt && again.reason == nil)
            let listed = try await wang.run(["settlement", "list", "--csv"])
            #expect(listed.output.contains("\(day.day.text),FERRY,MOBILE,CLOSED,1,1500,0,0,"), "\(listed.output)")
            let sheet = try await wang.run(["settlement", "show", "--date", day.day.text, "--csv", "--bom"])
            #expect(sheet.output.contains("institution,\(Region.institutions[0]),CASH,0,0"), "\(sheet.output)")
        }

        private static func late(_ li: Desk, _ region: Region, _ day: Yesterday, _ scratch: TemporaryDirectory) async throws {
            try await payClosed(region, day)
            let file = scratch.file("long.csv")
            try """
            type,out_trade_no,out_refund_no,org,channel,amount_fen,action
            LONG,SHUT,,\(Region.institutions[0]),WX,1500,REFUND_PAYER

            """.write(toFile: file, atomically: true, encoding: .utf8)
            let recorded = try await li.run(["breaks", "record", "--file", file, "--date", day.day.text])
            #expect(recorded.status == 0 && recorded.output.hasPrefix("run 2 of "), "\(recorded.errors)")
            var found: Kept
            repeat {
                try await Waiting.moment()
                let all = try await li.json([Kept].self, ["breaks", "list", "--all", "--date", day.day.text])
                found = try #require(all.first { $0.outTradeNo == "SHUT" })
            } while found.state == "REFUNDING"
            let kept = try await li.json(Kept.self, ["breaks", "show", "\(found.number)"])
            #expect(kept.steps?.map(\.kind) == ["FOUND", "REFUND_STARTED", "REFUNDED"])

            let next = try await li.json(Settled.self, ["settlement", "show", "--date", day.day.next])
            #expect(next.state == "OPEN" && next.lateEntries.map(\.key) == ["paid:SHUT"])
            #expect(next.lateEntries.map(\.belongsTo) == [day.day.text])
            #expect(next.channels.first { $0.channel == "WX" }?.paidFen == 1_500)
            let drawing = scratch.file("payments.svg")
            let months = ["--from", String(day.day.text.prefix(7)), "--to", String(day.day.next.prefix(7))]
            let figures = try await li.run(["statistics", "payments", "--csv", "--svg", drawing] + months)
            #expect(figures.status == 0 && figures.output.contains("institution,\(Region.institutions[0]),1,1500,0,0"), "\(figures.output)")
            #expect(try String(contentsOfFile: drawing, encoding: .utf8).hasPrefix("<svg "))
        }
    }
}
