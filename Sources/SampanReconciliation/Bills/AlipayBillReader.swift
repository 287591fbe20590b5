internal import SampanDomain

/// Reads an Alipay bill: the lines of its detail tables; then every total, of the details' own end and of the summary for each shop.
struct AlipayBillReader {
    private let archive: AlipayArchive
    private let file: UInt8
    private let isNextDay: Bool
    private var all = AlipaySums()
    /// By shop, which is the institution.
    private var shops: [UInt16: AlipaySums] = [:]

    /// Reads a bill into the day.
    /// - Parameter isNextDay: of the day after, where payments of around midnight turn up; it may be the mere opening of a bill.
    static func read(_ path: String, isNextDay: Bool, into intake: inout DayIntake) throws(ReconciliationError) {
        let archive = try AlipayArchive(path)
        var reader = AlipayBillReader(archive: archive, file: try intake.begin(path), isNextDay: isNextDay)
        var summaries: [AlipayArchive.Part] = []
        var details = 0
        for part in archive.parts {
            var table = try AlipayTable(try archive.lines(part))
            if table.kind == .summary {
                summaries.append(part)
            } else {
                details += 1
                try reader.readDetail(&table, &intake)
            }
        }
        guard details > 0 else {
            throw .badData(file: path, line: nil, column: nil, problem: "the archive has no 业务明细 (business detail); fetch the bill again")
        }
        if isNextDay { return }
        for part in summaries {
            var table = try AlipayTable(try archive.lines(part))
            try reader.compareSummary(&table, &intake)
        }
    }

    private mutating func readDetail(_ detail: inout AlipayTable, _ intake: inout DayIntake) throws(ReconciliationError) {
        let line = try AlipayLine(detail)
        var sums = AlipaySums()
        var end = AlipayDetailEnd()
        while let range = try detail.table.nextLine() {
            if range.isEmpty { continue }
            if detail.table.lines.buffer[range.lowerBound] == UInt8(ascii: "#") {
                try end.take(try detail.text(range), sums, detail.table)
                continue
            }
            try detail.table.cut(range)
            let found = try line.read(detail.table, file: file, isNextDay: isNextDay, &intake)
            sums.add(isPayment: found.isPayment, settled: found.record.settled, fee: found.record.fee, share: found.share)
            guard !isNextDay else { continue }
            all.add(isPayment: found.isPayment, settled: found.record.settled, fee: found.record.fee, share: found.share)
            shops[found.record.institution, default: AlipaySums()].add(
                isPayment: found.isPayment, settled: found.record.settled, fee: found.record.fee, share: found.share)
        }
        guard isNextDay || end.isWhole else {
            throw detail.table.lines.wrong("the table ends without its totals (交易合计, 退款合计): it was cut off; fetch the bill again")
        }
    }

    private func compareSummary(_ summary: inout AlipayTable, _ intake: inout DayIntake) throws(ReconciliationError) {
        let shop = try summary.table.column("门店编号")
        let payments = try summary.table.column("交易订单总笔数")
        let refunds = try summary.table.column("退款订单总笔数")
        let received = try summary.table.column("商家实收（元）")
        let net = try summary.table.column("实收净额（元）")
        let fee = try summary.table.column("服务费（元）")
        let share = summary.table.optionalColumn("分润（元）")
        let sumWord = try summary.encoded("合计")
        var shopsTold: Set<UInt16> = []
        while let range = try summary.table.nextLine() {
            if range.isEmpty || summary.table.lines.buffer[range.lowerBound] == UInt8(ascii: "#") { continue }
            try summary.table.cut(range)
            let sums: AlipaySums
            if summary.table.bytes(shop).elementsEqual(sumWord) {
                sums = all
            } else {
                let number = intake.optionalInstitution(summary.table, shop)
                shopsTold.insert(number)
                sums = shops[number] ?? AlipaySums()
            }
            let rule = "the lines of 业务明细 come to another total: the bill is not whole; fetch it again"
            guard try summary.table.number(payments) == sums.payments else { throw summary.table.wrong(payments, rule) }
            guard try summary.table.number(refunds) == sums.refunds else { throw summary.table.wrong(refunds, rule) }
            guard sums.isReceived(try summary.table.yuan(received)) else { throw summary.table.wrong(received, rule) }
            var own = Sum(try summary.table.yuan(received))
            own.add(try summary.table.yuan(fee))
            if let share { own.add(try summary.table.yuan(share)) }
            let told = try summary.table.yuan(net)
            guard sums.isNet(told) || told == own.fen else { throw summary.table.wrong(net, rule) }
        }
        guard shopsTold.isSuperset(of: shops.keys) else { throw summary.table.lines.wrong("a shop of 业务明细 is not in the summary") }
    }
}
