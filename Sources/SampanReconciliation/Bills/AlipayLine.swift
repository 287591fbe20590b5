internal import SampanDomain

/// The columns of a line of 业务明细, and how it is read.
///
/// Signs are not relied on: a refund's amounts come negative, a payment's fee does, and other exports turn them round. What a line is, its
/// type (业务类型) says.
struct AlipayLine {
    private let transaction, order, type, shop, amount, settled, refund, fee: ColumnTable.Column
    private let share: ColumnTable.Column?
    private let paymentWord: ShortWord
    private let refundWords: (ShortWord, ShortWord)

    init(_ detail: AlipayTable) throws(ReconciliationError) {
        let table = detail.table
        transaction = try table.column("支付宝交易号")
        order = try table.column("商户订单号")
        type = try table.column("业务类型")
        shop = try table.column("门店编号")
        amount = try table.column("订单金额（元）")
        settled = try table.column("商家实收（元）")
        refund = try table.column("退款批次号/请求号")
        fee = try table.column("服务费（元）")
        share = table.optionalColumn("分润（元）")
        paymentWord = ShortWord(try detail.encoded("交易"))
        refundWords = (ShortWord(try detail.encoded("退款")), ShortWord(try detail.encoded("交易退款")))
    }

    /// Adds the current line to the day; also what of it went to others (分润).
    func read(
        _ table: ColumnTable, file: UInt8, isNextDay: Bool, _ intake: inout DayIntake
    ) throws(ReconciliationError) -> (isPayment: Bool, record: LineRecord, share: Int64) {
        let word = table.word(type)
        let isPayment = word == paymentWord
        guard isPayment || word == refundWords.0 || word == refundWords.1 else {
            throw table.wrong(type, "neither 交易 (payment) nor 退款 (refund)")
        }
        var record = LineRecord(
            kind: isPayment ? .billPayment : .billRefund, channel: PaymentChannelKind.alipay.recordNumber, file: file,
            line: table.recordLine, institution: intake.optionalInstitution(table, shop), amount: abs(try table.yuan(amount)),
            settled: abs(try table.yuan(settled)), fee: abs(try table.yuan(fee)), identity: table.identity(transaction),
            own: table.identity(isPayment ? transaction : refund))
        record.flags = .isDone
        var shared: Int64 = 0
        if let share { shared = abs(try table.yuan(share)) }
        if isNextDay {
            record.kind = isPayment ? .nextBillPayment : .nextBillRefund
        } else {
            intake.totals.alipay.count(record)
            if shared != 0 {
                let owner = intake.institutions.code(record.institution)
                intake.settlements.add(.alipay, owner, due: isPayment ? -shared : shared, fee: isPayment ? shared : -shared)
            }
        }
        try intake.add(record, table, order: order, refund: isPayment ? nil : refund)
        return (isPayment, record, shared)
    }
}
