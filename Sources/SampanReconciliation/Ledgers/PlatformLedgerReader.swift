internal import SampanDomain

/// Reads the platform's ledger: payments and refunds of the day, and those of the minutes before it that the channel counts to it.
struct PlatformLedgerReader {
    private var table: ColumnTable
    private let day: [UInt8]
    private let file: UInt8
    private let entryType, order, refund, channel, transaction, institution, amount, status, createdAt, finishedAt,
        hisStatus: ColumnTable.Column

    private init(_ path: String, day: BusinessDay, file: UInt8) throws(ReconciliationError) {
        table = try ColumnTable(FileSource(try .reading(path)), name: path)
        self.day = Array(day.text.utf8)
        self.file = file
        entryType = try table.column("entry_type")
        order = try table.column("out_trade_no")
        refund = try table.column("out_refund_no")
        channel = try table.column("channel")
        transaction = try table.column("channel_txn_no")
        institution = try table.column("org_code")
        amount = try table.column("amount_fen")
        status = try table.column("status")
        createdAt = try table.column("created_at")
        finishedAt = try table.column("finished_at")
        hisStatus = try table.column("his_status")
    }

    /// Reads all of a file into the day.
    static func read(_ path: String, day: BusinessDay, into intake: inout DayIntake) throws(ReconciliationError) {
        var reader = try PlatformLedgerReader(path, day: day, file: try intake.begin(path))
        while try reader.table.next() { try reader.take(&intake) }
    }

    private func take(_ intake: inout DayIntake) throws(ReconciliationError) {
        let isRefund = try isRefund()
        var record = LineRecord(
            kind: isRefund ? .ledgerRefund : .ledgerPayment, channel: try channelNumber(), file: file, line: table.recordLine,
            institution: try intake.institution(table, institution), amount: try table.number(amount), identity: table.identity(transaction)
        )
        if try isDone(isRefund) {
            record.flags.insert(.isDone)
            if try isBeforeDay() { record.flags.insert(.isBeforeDay) }
        }
        switch table.word(hisStatus) {
        case .pending: record.flags.insert(.isHISPending)
        case .reversed: record.flags.insert(.isReversed)
        default: break
        }
        try intake.add(record, table, order: order, refund: isRefund ? refund : nil)
        count(record, &intake.totals)
    }

    private func count(_ record: LineRecord, _ totals: inout DayTotals) {
        let isDone = record.flags.contains(.isDone)
        switch record.kind {
        case .ledgerRefund where isDone:
            totals.platform.refunds += 1
            totals.platform.refunded.add(record.amount)
        case .ledgerRefund:
            totals.openRefunds += 1
        case _ where isDone:
            totals.platform.payments += 1
            totals.platform.paid.add(record.amount)
        default:
            totals.unpaidOrders += 1
        }
    }

    private func isRefund() throws(ReconciliationError) -> Bool {
        switch table.word(entryType) {
        case .pay: false
        case .refund: true
        default: throw table.wrong(entryType, "neither PAY nor REFUND")
        }
    }

    private func channelNumber() throws(ReconciliationError) -> UInt8 {
        switch table.word(channel) {
        case .weChat: PaymentChannelKind.wechatPay.recordNumber
        case .alipay: PaymentChannelKind.alipay.recordNumber
        default: throw table.wrong(channel, "neither WX nor ALI")
        }
    }

    private func isDone(_ isRefund: Bool) throws(ReconciliationError) -> Bool {
        switch (isRefund, table.word(status)) {
        case (true, .refunded), (false, .paid): true
        case (true, .refunding), (true, .failed), (false, .closed), (false, .created): false
        case (true, _): throw table.wrong(status, "none of REFUNDED, REFUNDING, FAILED")
        case (false, _): throw table.wrong(status, "none of PAID, CLOSED, CREATED")
        }
    }

    /// By the time it was finished, else created.
    private func isBeforeDay() throws(ReconciliationError) -> Bool {
        let column = table.isEmpty(finishedAt) ? createdAt : finishedAt
        let time = table.bytes(column)
        guard time.count == 19, time.prefix(4).allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else {
            throw table.wrong(column, "not a time; right would be 2026-11-18 02:55:00")
        }
        return time.prefix(10).lexicographicallyPrecedes(day)
    }
}
