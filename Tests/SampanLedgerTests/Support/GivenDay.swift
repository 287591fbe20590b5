import Foundation
import SampanDomain

@testable import SampanReconciliation

/// The payment day of the shared data, read for booking.
struct GivenDay {
    static let folder = "\(ProcessInfo.processInfo.environment["SAMPAN_DATA"] ?? "/work/shared/data")/payments/day-20261118"
    static var isAtHand: Bool { FileManager.default.fileExists(atPath: "\(folder)/truth.json") }

    /// A line of a channel's bill, in fen, all amounts positive.
    struct BillLine {
        let channel: PaymentChannelKind
        let institution: InstitutionCode
        /// Of a refund; nil for a payment.
        let refund: RefundNo?
        let amount: Int64
        let settled: Int64
        let fee: Int64
    }

    struct Truth: Decodable {
        struct Totals: Decodable {
            struct Settlement: Decodable {
                let channel: String
                let org: String
                let netFen: Int64
            }

            let paidOnPlatform: Int64
            let refundsOnPlatform: Int64
            let platformPayFen: Int64
            let platformRefundFen: Int64
            let settlement: [Settlement]
        }

        struct Planted: Decodable {
            let type: String
            let channel: String
            let org: String
            let platformFen: Int64?
            let channelFen: Int64?
            let hisFen: Int64?
        }

        let totals: Totals
        let breaks: [Planted]

        func sum(_ type: String, _ amount: (Planted) -> Int64?) -> Int64 {
            breaks.filter { $0.type == type }.reduce(0) { $0 + (amount($1) ?? 0) }
        }
    }

    static func truth() throws -> Truth {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Truth.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/truth.json")))
    }

    /// The rows of a CSV file, by column.
    static func rows(_ name: String) throws -> [[String: String]] {
        let table = try CSVTable(Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))))
        return table.rows.map { Dictionary(uniqueKeysWithValues: zip(table.header, $0.fields)) }
    }

    static func billLines() throws -> [BillLine] { try weChat() + alipay() }

    private static func weChat() throws -> [BillLine] {
        let path = "\(folder)/wechat_trade_bill_20261118.csv"
        var table = try ColumnTable(FileSource(try .reading(path)), name: path, header: .plain, form: .backticked)
        let (state, institution, refund) = (try table.column("交易状态"), try table.column("商户数据包"), try table.column("商户退款单号"))
        let (amount, settled, fee) = (try table.column("订单金额"), try table.column("应结订单金额"), try table.column("手续费"))
        let (refundAmount, refundSettled) = (try table.column("申请退款金额"), try table.column("退款金额"))
        var lines: [BillLine] = []
        while let line = try table.nextLine(), table.lines.buffer[line.lowerBound] == UInt8(ascii: "`") {
            try table.cut(line)
            let isPayment = try table.text(state) == "SUCCESS"
            lines.append(
                BillLine(
                    channel: .wechatPay, institution: try InstitutionCode(table.text(institution), scheme: .local),
                    refund: isPayment ? nil : try RefundNo(table.text(refund)),
                    amount: abs(try table.yuan(isPayment ? amount : refundAmount)),
                    settled: abs(try table.yuan(isPayment ? settled : refundSettled)), fee: abs(try table.yuan(fee))))
        }
        return lines
    }

    private static func alipay() throws -> [BillLine] {
        let archive = try AlipayArchive("\(folder)/alipay_bill_20261118.zip")
        var lines: [BillLine] = []
        for part in archive.parts {
            var detail = try AlipayTable(try archive.lines(part))
            guard detail.kind == .detail else { continue }
            let payment = try detail.encoded("交易")
            let columns = try ["业务类型", "门店编号", "退款批次号/请求号", "订单金额（元）", "商家实收（元）", "服务费（元）"].map {
                name throws(ReconciliationError) in try detail.table.column(name)
            }
            while let line = try detail.table.nextLine() {
                if line.isEmpty || detail.table.lines.buffer[line.lowerBound] == UInt8(ascii: "#") { continue }
                try detail.table.cut(line)
                let isPayment = detail.table.bytes(columns[0]).elementsEqual(payment)
                lines.append(
                    BillLine(
                        channel: .alipay, institution: try InstitutionCode(detail.table.text(columns[1]), scheme: .local),
                        refund: isPayment ? nil : try RefundNo(detail.table.text(columns[2])),
                        amount: abs(try detail.table.yuan(columns[3])), settled: abs(try detail.table.yuan(columns[4])),
                        fee: abs(try detail.table.yuan(columns[5]))))
            }
        }
        return lines
    }
}
