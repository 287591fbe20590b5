internal import SampanDomain

/// A WeChat Pay trade bill while it is written.
final class WeChatSink {
    private let sink: TextSink
    private var lines = 0
    /// 应结订单金额, 退款金额, 充值券退款金额, 手续费, 订单金额, 申请退款金额.
    private var sums = [Int64](repeating: 0, count: 6)

    init(_ path: String, _ random: inout SeededRandom) throws {
        sink = try TextSink(
            path,
            [
                "交易时间", "公众账号ID", "商户号", "特约商户号", "设备号", "微信订单号", "商户订单号", "用户标识", "交易类型", "交易状态", "付款银行",
                "货币种类", "应结订单金额", "代金券金额", "微信退款单号", "商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态", "商品名称",
                "商户数据包", "手续费", "费率", "订单金额", "申请退款金额", "费率备注",
            ], tick: "`", &random)
    }

    func line(_ order: PlantedBooks.Order, _ line: PlantedBillLine) {
        let isRefund = line.refund != nil
        let numbers =
            isRefund ? [0, line.settled, 0, -line.fee, 0, line.amount] : [line.settled, 0, 0, line.fee, line.amount, 0]
        for (place, number) in numbers.enumerated() { sums[place] += number }
        lines += 1
        let yuan = numbers.map { Money(fen: $0).yuan }
        sink.line([
            "\(line.isNextDay ? PlantedBooks.date.next : PlantedBooks.date.day) \(order.time)", "wx0", "1900000109", "1900000201", "",
            line.transaction ?? order.transaction, order.number, "o4b940ac95e7578af1f2ad2f37c", "JSAPI", isRefund ? "REFUND" : "SUCCESS",
            "CCB_DEBIT", "CNY", yuan[0], isRefund ? "0.00" : Money(fen: line.amount - line.settled).yuan,
            line.refund.map { "5\($0)" } ?? "0",
            line.refund ?? "0", yuan[1], yuan[2], isRefund ? "ORIGINAL" : "", isRefund ? "SUCCESS" : "", "门诊,缴费", order.institution,
            yuan[3] + "000", "0.60%", yuan[4], yuan[5], "",
        ])
    }

    func close() {
        sink.raw("总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额")
        sink.raw("`\(lines)" + sums.enumerated().map { ",`" + Money(fen: $1).yuan + ($0 == 3 ? "000" : "") }.joined())
        sink.close()
    }
}
