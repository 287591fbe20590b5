internal import SampanDomain

/// Reads the bank's statement: what the channels have paid in for the day (T+1), net of refunds and fees.
struct BankStatementReader {
    private var table: ColumnTable
    private let day: String
    private let account, payer, amount, direction, purpose: ColumnTable.Column

    private init(_ path: String, day: BusinessDay) throws(ReconciliationError) {
        table = try ColumnTable(FileSource(try .reading(path)), name: path)
        self.day = day.compact
        account = try table.column("本方账号")
        payer = try table.column("对方户名")
        amount = try table.column("金额")
        direction = try table.column("借贷标志")
        purpose = try table.column("摘要")
    }

    /// Reads all of a file into the day.
    static func read(_ path: String, day: BusinessDay, into intake: inout DayIntake) throws(ReconciliationError) {
        var reader = try BankStatementReader(path, day: day)
        while try reader.table.next() { try reader.take(&intake) }
    }

    private func take(_ intake: inout DayIntake) throws(ReconciliationError) {
        let purpose = try table.text(purpose)
        let isDebit = table.word(direction) == .debit
        guard isDebit || table.word(direction) == .credit else { throw table.wrong(direction, "neither 贷 (in) nor 借 (out)") }
        let fen = try table.yuan(amount)
        // A statement after a holiday has the deposits of several days, each with its day of payment.
        let words = purpose.split { $0 == " " || $0 == "\t" }
        let days = Self.days(purpose)
        guard let channel = channel(purpose, try table.text(payer)), days.map({ $0.contains(day) }) ?? true else {
            intake.totals.otherBookings += 1
            return
        }
        let institution = try institution(words, intake.institutions)
        if let days, days.lowerBound < days.upperBound {
            intake.settlements.combine(channel, institution)
            // Told of once: by the last of its days.
            guard days.upperBound == day else {
                intake.totals.otherBookings += 1
                return
            }
        }
        intake.settlements.add(channel, institution, deposited: isDebit ? -fen : fen)
        intake.totals.deposits += 1
        intake.totals.deposited.add(isDebit ? -fen : fen)
    }

    /// The days of payment that a purpose names: one (20261118), or the first and the last of several (20261001-20261003, after a
    /// holiday); nil where it names none.
    private static func days(_ purpose: String) -> ClosedRange<String>? {
        let named = purpose.split { !("0"..."9").contains($0) }.filter { $0.utf8.count == 8 && BusinessDay(String($0)) != nil }
        guard let first = named.first.map(String.init) else { return nil }
        let last = named.dropFirst().first.map(String.init) ?? first
        return first <= last ? first...last : first...first
    }

    private func channel(_ purpose: String, _ payer: String) -> PaymentChannelKind? {
        for text in [purpose, payer] {
            if text.contains("财付通") || text.contains("微信") { return .wechatPay }
            if text.contains("支付宝") { return .alipay }
        }
        return nil
    }

    /// The code that the purpose names, else the one that the account's number ends with.
    private func institution(_ words: [Substring], _ known: Institutions) throws(ReconciliationError) -> String {
        if let named = words.last(where: { known.codes.contains(String($0)) }) { return String(named) }
        let account = try table.text(account)
        if let owner = known.codes.filter({ account.hasSuffix($0) }).max(by: { $0.utf8.count < $1.utf8.count }) { return owner }
        // Nobody's of this day: it still has to be told as a deposit too many.
        guard let last = words.last, last.utf8.count <= 32, last.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return "" }
        return String(last)
    }
}
