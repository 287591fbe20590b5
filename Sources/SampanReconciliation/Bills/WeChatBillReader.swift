internal import SampanDomain

/// Reads a WeChat Pay trade bill (type ALL): UTF-8, every field behind a back-tick, and at the end the totals with a header of their own.
struct WeChatBillReader {
    /// Total in the footer → column of the lines.
    private static let summed = [
        ("应结订单总金额", "应结订单金额"), ("退款总金额", "退款金额"), ("充值券退款总金额", "充值券退款金额"), ("手续费总金额", "手续费"),
        ("订单总金额", "订单金额"), ("申请退款总金额", "申请退款金额"),
    ]
    private static let countName = "总交易单数"

    private var table: ColumnTable
    private let file: UInt8
    private let isNextDay: Bool
    private let state, transaction, order, refundTransaction, refund, refundState: ColumnTable.Column
    private let settled, amount, fee, refundSettled, refundAmount: ColumnTable.Column
    private let institution: ColumnTable.Column?
    private let columns: [ColumnTable.Column]

    private init(_ path: String, file: UInt8, isNextDay: Bool) throws(ReconciliationError) {
        table = try ColumnTable(FileSource(try .reading(path)), name: path, header: .plain, form: .backticked)
        self.file = file
        self.isNextDay = isNextDay
        state = try table.column("交易状态")
        transaction = try table.column("微信订单号")
        order = try table.column("商户订单号")
        refundTransaction = try table.column("微信退款单号")
        refund = try table.column("商户退款单号")
        refundState = try table.column("退款状态")
        settled = try table.column("应结订单金额")
        amount = try table.column("订单金额")
        fee = try table.column("手续费")
        refundSettled = try table.column("退款金额")
        refundAmount = try table.column("申请退款金额")
        institution = table.optionalColumn("商户数据包")
        var columns: [ColumnTable.Column] = []
        for (_, name) in Self.summed { columns.append(try table.column(name)) }
        self.columns = columns
    }

    /// Reads a bill into the day.
    /// - Parameter isNextDay: of the day after, where payments of around midnight turn up; it may be the mere opening of a bill.
    static func read(_ path: String, isNextDay: Bool, into intake: inout DayIntake) throws(ReconciliationError) {
        var reader = try WeChatBillReader(path, file: try intake.begin(path), isNextDay: isNextDay)
        var totals = BillTotals(columns: summed.count)
        while let line = try reader.table.nextLine() {
            if line.isEmpty { continue }
            guard reader.table.lines.buffer[line.lowerBound] == UInt8(ascii: "`") else {
                return try reader.compare(totals, header: line)
            }
            try reader.table.cut(line)
            try reader.take(&intake, &totals)
        }
        if !isNextDay { throw reader.table.lines.wrong("the bill ends without its totals: it was cut off; fetch it again") }
    }

    private func take(_ intake: inout DayIntake, _ totals: inout BillTotals) throws(ReconciliationError) {
        totals.countRow()
        for (place, column) in columns.enumerated() { totals.add(try table.yuan(column), to: place) }
        let isPayment =
            switch table.word(state) {
            case .success: true
            // REVOKED is a payment by the payer's code that was taken back.
            case .refund, .revoked: false
            default: throw table.wrong(state, "none of SUCCESS, REFUND, REVOKED")
            }
        var record = LineRecord(
            kind: isPayment ? .billPayment : .billRefund, channel: PaymentChannelKind.wechatPay.recordNumber, file: file,
            line: table.recordLine, institution: intake.optionalInstitution(table, institution),
            amount: abs(try table.yuan(isPayment ? amount : refundAmount)),
            settled: abs(try table.yuan(isPayment ? settled : refundSettled)),
            fee: abs(try table.yuan(fee)), identity: table.identity(transaction),
            own: table.identity(isPayment ? transaction : refundTransaction))
        if isPayment || ![.fail, .change].contains(table.word(refundState)) { record.flags.insert(.isDone) }
        if isNextDay {
            record.kind = isPayment ? .nextBillPayment : .nextBillRefund
        } else {
            intake.totals.weChat.count(record)
        }
        try intake.add(record, table, order: order, refund: isPayment ? nil : refund)
    }

    private func compare(_ totals: BillTotals, header line: Range<Int>) throws(ReconciliationError) {
        guard !isNextDay else { return }
        var cutter = FieldCutter()
        _ = cutter.cut(table.lines.buffer.span, line, .plain)
        let header = cutter.fields.map {
            String(decoding: table.lines.buffer[trimmed(table.lines.buffer.span, $0)], as: UTF8.self)
        }
        guard header.contains(Self.countName) else { throw table.lines.wrong("neither a line of the bill nor its totals") }
        var footer = try ColumnTable(header: header, lines: table.lines, form: .backticked)
        guard try footer.next() else { throw footer.lines.wrong("the totals are cut off; fetch the bill again") }
        let count = try footer.column(Self.countName)
        guard try footer.number(count) == Int64(totals.rows) else {
            throw footer.wrong(count, "the bill has \(totals.rows) lines: it is not whole; fetch it again")
        }
        for (place, (name, _)) in Self.summed.enumerated() {
            let column = try footer.column(name)
            guard try footer.yuan(column) == totals.sums[place].fen else {
                throw footer.wrong(
                    column, "the lines come to \(Money(fen: totals.sums[place].fen).yuan): the bill is not whole; fetch it again")
            }
        }
    }
}

extension SideTotals {
    /// Counts a bill's line.
    mutating func count(_ record: LineRecord) {
        if record.kind == .billPayment {
            payments += 1
            paid.add(record.amount)
            fees.add(record.fee)
        } else {
            refunds += 1
            refunded.add(record.amount)
            fees.add(-record.fee)
        }
    }
}
