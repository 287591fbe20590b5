package import SampanDomain

/// The reconciliation (对账) of one payment day: HIS ledger ↔ platform ledger ↔ channel bills, and the deposits at the bank (T+1).
///
/// One thread, and the same memory (below 64 MiB) for a hundred lines and for a hundred million: lines are spread over scratch files by
/// order, then joined file by file. Needs room on the disk for about 110 bytes a line, beside the output.
package struct Reconciliation: Sendable {
    private let day: BusinessDay
    private let folder: String
    private let output: String
    private let fees: String?

    /// - Parameters:
    ///   - folder: laid out as `DayFolder` tells.
    ///   - output: the breaks as CSV; replaced as a whole (0600), or left as it was when anything is wrong.
    ///   - fees: file of what the channels may charge (`FeeContractReader`); nil for `FeeContract.region`.
    package init(day: BusinessDay, folder: String, output: String, fees: String? = nil) {
        self.day = day
        self.folder = folder
        self.output = output
        self.fees = fees
    }

    /// Reads everything, writes the breaks and tells what it came to. Blocks; may be called from any thread.
    package func run() throws(ReconciliationError) -> ReconciliationReport {
        let contract = if let fees { try FeeContractReader.read(fees) } else { FeeContract.region }
        let files = try DayFolder(folder, day: day)
        var intake = DayIntake(beside: output)
        try read(files, into: &intake)
        var join = OrderJoin(intake, rules: OrderRules(contract: contract), beside: output)
        while var partition = intake.removeLastPartition() { try join.take(&partition) }
        let settlements = join.settlements.all
        for settlement in settlements {
            if let found = settlement.breakFound { try join.add(found) }
        }
        try join.write()
        return ReconciliationReport(
            day: day,
            counts: BreakType.allCases.compactMap { type in
                join.breaks.sums[type].map { ReconciliationReport.Count(type: type, count: $0.count, amount: $0.amount.fen) }
            },
            totals: intake.totals, orders: join.orders, settlements: settlements,
            hasNextDay: !files.nextWeChatBills.isEmpty || !files.nextAlipayBills.isEmpty)
    }

    private func read(_ files: DayFolder, into intake: inout DayIntake) throws(ReconciliationError) {
        try PlatformLedgerReader.read(files.platformLedger, day: day, into: &intake)
        try refuseMissingBills(files, intake)
        try HISLedgerReader.read(files.hisLedger, into: &intake)
        for path in files.weChatBills { try WeChatBillReader.read(path, isNextDay: false, into: &intake) }
        for path in files.alipayBills { try AlipayBillReader.read(path, isNextDay: false, into: &intake) }
        for path in files.nextWeChatBills { try WeChatBillReader.read(path, isNextDay: true, into: &intake) }
        for path in files.nextAlipayBills { try AlipayBillReader.read(path, isNextDay: true, into: &intake) }
        for path in files.bankStatements { try BankStatementReader.read(path, day: day, into: &intake) }
    }

    /// A channel makes no bill of a day without payments; of any other, a missing bill would make a break of every payment.
    private func refuseMissingBills(_ files: DayFolder, _ intake: DayIntake) throws(ReconciliationError) {
        if files.weChatBills.isEmpty, intake.hasLines(.wechatPay) {
            throw .missing("\(folder)/wechat_trade_bill_\(day.compact).csv is missing, and the platform has payments by WeChat Pay")
        }
        if files.alipayBills.isEmpty, intake.hasLines(.alipay) {
            throw .missing("\(folder)/alipay_bill_\(day.compact).zip is missing, and the platform has payments by Alipay")
        }
    }
}
