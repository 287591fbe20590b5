import Foundation
import SampanDomain
import SampanReconciliation
import StoreTestSupport
import Testing

private let folder = "\(ProcessInfo.processInfo.environment["SAMPAN_DATA"] ?? "/work/shared/data")/payments/day-20261118"

/// The day of the shared data, where it is at hand (folder in SAMPAN_DATA, /work/shared/data unless told); its truth is beside it.
@Suite("The given payment day", .blocking, .enabled(if: FileManager.default.fileExists(atPath: "\(folder)/truth.json")))
struct GivenDayTests {
    private struct Truth: Decodable {
        struct Planted: Decodable {
            let type: String
            let channel: String
            let org: String
            let outTradeNo: String
            let outRefundNo: String
        }

        struct Totals: Decodable {
            struct Settlement: Decodable {
                let channel: String
                let org: String
                let netFen: Int64
            }

            let paidOnPlatform: Int
            let platformPayFen: Int64
            let platformRefundFen: Int64
            let wechatRows: Int
            let alipayRows: Int
            let hisCharges: Int
            let hisReversals: Int
            let settlement: [Settlement]
        }

        let totals: Totals
        let breaks: [Planted]
    }

    private func truth() throws -> Truth {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Truth.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/truth.json")))
    }

    @Test("has the breaks of its truth and no other; its totals and settlements are right to the fen")
    func exact() throws {
        let output = try TemporaryDirectory()
        let outcome = try DayOutcome(folder: folder, output: output.file("breaks.csv"))
        let truth = try truth()
        #expect(outcome.header == "type,out_trade_no,out_refund_no,org,channel,amount_fen,action")
        let expected = truth.breaks.map { [$0.type, $0.outTradeNo, $0.outRefundNo, $0.org, $0.channel] }
        #expect(
            outcome.lines.map { Array($0.prefix(5)) }.sorted { $0.joined() < $1.joined() } == expected.sorted { $0.joined() < $1.joined() })
        let totals = outcome.report.totals
        #expect(totals.platform.payments == truth.totals.paidOnPlatform)
        #expect(totals.platform.paid.fen == truth.totals.platformPayFen)
        #expect(totals.platform.refunded.fen == truth.totals.platformRefundFen)
        #expect(totals.weChat.payments + totals.weChat.refunds == truth.totals.wechatRows)
        #expect(totals.alipay.payments + totals.alipay.refunds == truth.totals.alipayRows)
        #expect(totals.his.payments == truth.totals.hisCharges)
        #expect(totals.his.refunds == truth.totals.hisReversals)
        for settlement in truth.totals.settlement {
            let found = outcome.report.settlements.first { $0.institution == settlement.org && $0.channel.rawValue == settlement.channel }
            #expect(found?.due.fen == settlement.netFen, "\(settlement.channel) \(settlement.org)")
        }
        let mode = try FileManager.default.attributesOfItem(atPath: output.file("breaks.csv"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }
}
