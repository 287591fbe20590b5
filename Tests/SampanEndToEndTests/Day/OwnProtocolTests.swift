import Foundation
import SampanAPI
import SampanChannelSimulator
import SampanDomain
import SampanHTTPClient
import SampanHarness
import SampanRPC
import StoreTestSupport
import Testing

extension EndToEnd {
    @Suite("WeChat Pay and Alipay in their own protocols")
    struct OwnProtocolTests {
        /// Whatever the plan says happens once to each order and operation, in the order of its lines.
        private static let upsets = """
            out_trade_no,operation,fault,times,milliseconds
            *,create_order,LOST_ANSWER,,
            *,query_order,FORGED,,
            *,query_order,FAIL,,
            *,close_order,LOST_ANSWER,,
            *,create_refund,LOST_ANSWER,,
            *,create_refund,FORGED,,
            *,query_refund,FAIL,,
            *,notify_order,LOST,,
            *,notify_order,SKEWED,,-400000
            *,notify_order,FORGED,,
            *,notify_order,TWICE,,

            """

        private static func options(_ scratch: TemporaryDirectory, plan: String?) throws -> RegionOptions {
            var options = RegionOptions()
            options.speaksOwnProtocols = true
            options.channelPollMilliseconds = 500
            if let plan {
                try Data(plan.utf8).write(to: URL(fileURLWithPath: scratch.file("plan.csv")))
                options.simulatorArguments = ["--faults", scratch.file("plan.csv")]
            }
            return options
        }

        /// Plays a day, and holds what each payment came to, and the channel's own books, against what the day wants.
        private static func play(_ day: [DayRequest], plan: String?) async throws {
            let scratch = try TemporaryDirectory()
            defer { withExtendedLifetime(scratch) {} }
            try await withRegion(day: day, options: try options(scratch, plan: plan)) { region in
                let player = try DayPlayer(region)
                let results = try await player.play(day, concurrency: 8)
                await player.close()
                await region.stop()
                let books = try await DayBooks.read(region)
                for result in results {
                    let request = result.request
                    let wanted: Set<String> =
                        switch request.hisOutcome {
                        case nil: ["closed"]
                        case .ok?: ["posted"]
                        default: ["posted", "refunded"]
                        }
                    let state = "\(result.payment.state)"
                    #expect(wanted.contains(state), "\(request.outTradeNo.text): \(state)")
                    let refunds = books.channel.refunds.filter { $0.outTradeNo == request.outTradeNo.text }
                    #expect(refunds.map(\.amount) == (state == "refunded" ? [request.amount] : []), "\(request.outTradeNo.text)")
                    let areFinal = refunds.allSatisfy { $0.isFinal }
                    #expect(areFinal)
                    #expect(books.hisCharges[request.outTradeNo.text]?.count ?? 0 == (state == "posted" ? 1 : 0))
                }
                #expect(books.ledgerFault == nil)
                let states = Set(results.map { "\($0.payment.state)" })
                #expect(states.isSuperset(of: ["refunded", "posted"]))
                try checkLogs(region)
            }
        }

        /// Nothing secret and nothing of a payer stands in a log.
        private static func checkLogs(_ region: Region) throws {
            let log = try String(contentsOfFile: "\(region.directory)/gateway.log", encoding: .utf8)
            let secret = try String(contentsOfFile: "\(region.directory)/merchant/wechat-apiv3.key", encoding: .utf8)
            for word in [secret, "PRIVATE KEY", "159****5620", "ciphertext", "Wechatpay-Signature"] { #expect(!log.contains(word)) }
        }

        /// Both channels, every outcome of the HIS; few enough for a day that is upset at every step.
        private static func day(_ count: Int) throws -> [DayRequest] {
            let all = try DayRequest.read(Demo.embeddedDay)
            let refused = all.filter { $0.hisOutcome == .reject }
            let unpaid = all.filter { $0.hisOutcome == nil }
            return Array(all.filter { $0.hisOutcome == .ok }.prefix(count) + refused.prefix(count / 3) + unpaid.prefix(count / 4))
        }

        @Test("FE-05 RF-01 RF-03: a day of both channels adds up, and every refund goes the way that the money came")
        func plain() async throws { try await Self.play(try Self.day(24), plan: nil) }

        @Test("FE-05 RF-02: with every message lost, doubled, late, forged or skewed once, it adds up all the same")
        func upset() async throws { try await Self.play(try Self.day(15), plan: Self.upsets) }

        @Test("FE-05: with no notification at all, the questions find every payment")
        func silence() async throws {
            try await Self.play(try Self.day(8), plan: "out_trade_no,operation,fault,times,milliseconds\n*,notify_order,LOST,always,\n")
        }

        @Test("FE-05: a notification that nobody signed changes nothing, and is told so; other doors are shut")
        func forged() async throws {
            let scratch = try TemporaryDirectory()
            defer { withExtendedLifetime(scratch) {} }
            try await withRegion(options: try Self.options(scratch, plan: nil)) { region in
                let ports = try #require(region.webPorts)
                let client = try HTTPClient(
                    HTTPClientConfiguration(origin: try #require(HTTPOrigin("http://127.0.0.1:\(ports.notifications)"))))
                func post(_ target: String, _ body: String) async throws -> (Int, String) {
                    let answer = try await client.send(HTTPClientRequest(target: target, headers: [], body: Array(body.utf8)))
                    return (answer.status, String(decoding: answer.body, as: UTF8.self))
                }
                try await Hospital.at(region) { hospital in
                    _ = try await hospital.start("T1")
                    let weChat = try await post("/notify/wechat", #"{"id":"1","event_type":"TRANSACTION.SUCCESS"}"#)
                    #expect(weChat.0 == 400)
                    let alipay = try await post(
                        "/notify/alipay", "out_trade_no=T1&trade_status=TRADE_SUCCESS&total_amount=15.00&sign=AAAA&sign_type=RSA2")
                    #expect(alipay.0 == 200 && alipay.1 == "failure")
                    let nobody = try await post("/notify/unionpay", "")
                    #expect(nobody.0 == 404)
                    let got = try await client.send(HTTPClientRequest(target: "/notify/wechat", headers: [], body: nil))
                    #expect(got.status == 405)
                    let large = try await post("/notify/wechat", String(repeating: "x", count: 64 * 1_024 + 1))
                    #expect(large.0 == 413)
                    let state = try await hospital.payments.getPayment(.init(outTradeNo: "T1"), options: Hospital.patience).payment?.state
                    #expect(state == .created)
                }
                await client.shutdown()
            }
        }
    }
}
