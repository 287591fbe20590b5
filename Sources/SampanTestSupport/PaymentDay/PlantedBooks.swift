internal import Foundation
internal import SampanDomain
internal import SampanReconciliation

/// The files of a generated day while they are written: as channels, bank, platform and hospitals deliver them, columns in an order of the
/// seed's, one column more than documented, with and without byte-order mark and CRLF.
struct PlantedBooks {
    static let date = (previous: "2026-11-17", day: "2026-11-18", next: "2026-11-19")

    private let folder: String
    private let platform: TextSink
    private let his: TextSink
    private var weChat: [WeChatSink]
    private var alipay: [AlipaySink]
    private var receipts = 0

    init(_ folder: String, _ random: inout SeededRandom) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: "\(folder)/next_day", withIntermediateDirectories: true)
        platform = try TextSink(
            "\(folder)/platform_ledger.csv",
            [
                "entry_type", "out_trade_no", "out_refund_no", "channel", "channel_txn_no", "org_code", "biz_type", "amount_fen", "status",
                "created_at", "finished_at", "his_status", "his_receipt_no",
            ], &random)
        his = try TextSink(
            "\(folder)/his_ledger.csv", ["org_code", "his_receipt_no", "out_trade_no", "kind", "amount_fen", "posted_at"], &random)
        weChat = [
            try WeChatSink("\(folder)/wechat_trade_bill_20261118.csv", &random),
            try WeChatSink("\(folder)/next_day/wechat_trade_bill_20261119.csv", &random),
        ]
        alipay = [
            try AlipaySink("\(folder)/alipay_bill_20261118.zip", &random),
            try AlipaySink("\(folder)/next_day/alipay_bill_20261119.zip", &random),
        ]
    }

    /// Order, channel, institution and transaction, which all its lines have.
    struct Order {
        let number: String
        let channel: PaymentChannelKind
        let institution: String
        let transaction: String
        let time: String
    }

    mutating func ledgerPayment(_ order: Order, _ amount: Int64, status: String, day: String = date.day, his: String) {
        platform.line([
            "PAY", order.number, "", order.channel.rawValue, status == "PAID" ? order.transaction : "", order.institution, "门诊缴费",
            String(amount), status, "\(day) \(order.time)", status == "PAID" ? "\(day) \(order.time)" : "", his, "",
        ])
    }

    mutating func ledgerRefund(_ order: Order, _ number: String, _ amount: Int64, his: String) {
        platform.line([
            "REFUND", order.number, number, order.channel.rawValue, order.transaction, order.institution, "门诊缴费", String(amount),
            "REFUNDED",
            "\(Self.date.day) \(order.time)", "\(Self.date.day) \(order.time)", his, "",
        ])
    }

    mutating func charge(_ order: Order, _ amount: Int64, isReversal: Bool = false) {
        receipts += 1
        his.line([
            order.institution, "H\(receipts)", order.number, isReversal ? "REVERSE" : "CHARGE", String(amount),
            "\(Self.date.day) \(order.time)",
        ])
    }

    /// A line of a channel's bill.
    mutating func bill(_ order: Order, _ line: PlantedBillLine) {
        let place = line.isNextDay ? 1 : 0
        if order.channel == .wechatPay { weChat[place].line(order, line) } else { alipay[place].line(order, line) }
    }

    /// Writes what is left, and the bank's statement.
    mutating func finish(deposits: [(institution: String, channel: PaymentChannelKind, fen: Int64)], _ random: inout SeededRandom) throws {
        platform.close()
        his.close()
        for sink in weChat { sink.close() }
        for index in alipay.indices { try alipay[index].close() }
        let bank = try TextSink(
            "\(folder)/bank_statement_20261119.csv", ["交易日期", "交易时间", "流水号", "本方账号", "对方户名", "金额", "借贷标志", "摘要"], &random)
        for (index, deposit) in deposits.enumerated() {
            let name = deposit.channel == .wechatPay ? "财付通" : "支付宝"
            bank.line([
                "20261119", "08:41:40", "BK\(index)", "6217000000\(deposit.institution)", "\(name)有限公司",
                Money(fen: abs(deposit.fen)).yuan, deposit.fen < 0 ? "借" : "贷", "\(name)结算 20261118 \(deposit.institution)",
            ])
        }
        // Of the day before and of somebody else: neither is this day's.
        bank.line(["20261119", "08:00:00", "BKX", "6217000000", "财付通", "1.00", "贷", "财付通结算 20261117 4699010001"])
        bank.line(["20261119", "08:00:00", "BKY", "6217000000", "云溪县财政局", "9000.00", "贷", "拨款"])
        bank.close()
    }
}

/// A line of a bill: amounts in fen, positive.
struct PlantedBillLine {
    /// Nil for a payment.
    var refund: String?
    var amount: Int64
    var settled: Int64
    var fee: Int64
    var isNextDay = false
    var transaction: String?
}
