internal import SampanDomain
internal import SampanReconciliation

/// A payment day made from a seed, with breaks planted in it and the truth beside it. The same seed and size write the same bytes.
///
/// What is no break is in it too: closed orders, coupons, refunds of what the HIS refused, refunds that were asked for, several for one
/// order.
package struct PlantedDay {
    private static let institutions = ["4699010001", "4699010002", "4699010003", "4699010101"]

    private var random: SeededRandom
    private let orders: Int
    private let troublesPerThousand: Int
    private var books: PlantedBooks
    private var truth: [PlantedBreak] = []
    private var due: [String: Int64] = [:]
    private var refunds = 0

    private init(seed: UInt64, orders: Int, troublesPerThousand: Int, folder: String) throws {
        random = SeededRandom(seed: seed)
        self.orders = orders
        self.troublesPerThousand = troublesPerThousand
        books = try PlantedBooks(folder, &random)
    }

    /// Writes a day into a folder; what is wrong in it.
    package static func write(
        seed: UInt64, orders: Int, troublesPerThousand: Int = 20, to folder: String
    ) throws -> [PlantedBreak] {
        var day = try PlantedDay(seed: seed, orders: orders, troublesPerThousand: troublesPerThousand, folder: folder)
        for index in 0..<orders { day.write(index) }
        try day.finish()
        return day.truth
    }

    private mutating func write(_ index: Int) {
        let number = Self.padded(index, 8)
        let order = PlantedBooks.Order(
            number: "SP20261118\(number)", channel: Int.random(in: 0..<10, using: &random) < 7 ? .wechatPay : .alipay,
            institution: Self.institutions[Int.random(in: 0..<Self.institutions.count, using: &random)],
            transaction: "42000\(UInt32.random(in: 0 ... .max, using: &random))20261118\(number)",
            time: "\(Self.padded(7 + index * 15 / orders, 2)):\(Self.padded(index % 60, 2)):\(Self.padded(index * 7 % 60, 2))")
        let amount = Int64.random(in: 200...200_000, using: &random)
        if Int.random(in: 0..<1_000, using: &random) < troublesPerThousand {
            trouble(PlantedTrouble.allCases[Int.random(in: 0..<PlantedTrouble.allCases.count, using: &random)], order, amount)
        } else {
            sound(order, amount)
        }
    }

    /// An order without a break.
    private mutating func sound(_ order: PlantedBooks.Order, _ amount: Int64) {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<10:
            books.ledgerPayment(order, amount, status: "CLOSED", his: "")
        case 10..<14:
            // The HIS refused; the platform gave the money back.
            books.ledgerPayment(order, amount, status: "PAID", his: "FAILED")
            payment(order, amount)
            let number = refund(order, amount)
            books.ledgerRefund(order, number, amount, his: "NONE")
        case 14..<18:
            posted(order, amount)
            for part in [amount / 3, amount / 4] {
                let number = refund(order, part)
                books.ledgerRefund(order, number, part, his: "REVERSED")
                books.charge(order, part, isReversal: true)
            }
        case 18..<21:
            posted(order, amount, coupon: amount / 10)
        default:
            posted(order, amount)
        }
    }

    private mutating func trouble(_ trouble: PlantedTrouble, _ order: PlantedBooks.Order, _ amount: Int64) {
        switch trouble {
        case .longClosed:
            books.ledgerPayment(order, amount, status: "CLOSED", his: "")
            payment(order, amount)
            plant(.long, order, amount)
        case .longUnknown:
            payment(order, amount)
            plant(.long, order, amount)
        case .longTwice:
            posted(order, amount)
            payment(order, amount, transaction: "T\(order.transaction)")
            plant(.long, order, amount)
        case .short:
            books.ledgerPayment(order, amount, status: "PAID", his: "POSTED")
            books.charge(order, amount)
            plant(.short, order, amount)
        case .amount:
            books.ledgerPayment(order, amount, status: "PAID", his: "POSTED")
            books.charge(order, amount)
            payment(order, amount - 100)
            plant(.amountMismatch, order, 100)
        case .fee:
            posted(order, amount, feeError: 1)
            plant(.feeMismatch, order, 1)
        case .nextDay:
            books.ledgerPayment(order, amount, status: "PAID", his: "POSTED")
            books.charge(order, amount)
            let fee = Self.fee(amount, order.institution)
            books.bill(order, PlantedBillLine(amount: amount, settled: amount, fee: fee, isNextDay: true))
            plant(.crossDayNext, order, amount)
        case .previousDay:
            books.ledgerPayment(order, amount, status: "PAID", day: PlantedBooks.date.previous, his: "POSTED")
            books.charge(order, amount)
            payment(order, amount)
            plant(.crossDayPrevious, order, amount)
        default:
            atHIS(trouble, order, amount)
        }
    }

    private mutating func atHIS(_ trouble: PlantedTrouble, _ order: PlantedBooks.Order, _ amount: Int64) {
        switch trouble {
        case .notPosted:
            books.ledgerPayment(order, amount, status: "PAID", his: "FAILED")
            payment(order, amount)
            plant(.paidNotPosted, order, amount)
        case .notReversed:
            books.ledgerPayment(order, amount, status: "PAID", his: "FAILED")
            books.charge(order, amount)
            payment(order, amount)
            let number = refund(order, amount)
            books.ledgerRefund(order, number, amount, his: "NONE")
            plant(.refundedButPosted, order, amount, refund: number)
        case .hisAmount:
            books.ledgerPayment(order, amount, status: "PAID", his: "POSTED")
            books.charge(order, amount - 100)
            payment(order, amount)
            plant(.hisAmountMismatch, order, 100)
        case .hisTwice:
            posted(order, amount)
            books.charge(order, amount)
            plant(.hisAmountMismatch, order, amount)
        case .hisUnpaid:
            books.ledgerPayment(order, amount, status: "CLOSED", his: "")
            books.charge(order, amount)
            plant(.hisAmountMismatch, order, amount)
        default:
            refunded(trouble, order, amount)
        }
    }

    private mutating func refunded(_ trouble: PlantedTrouble, _ order: PlantedBooks.Order, _ amount: Int64) {
        posted(order, amount)
        let part = amount / 2
        refunds += 1
        let number = "RF20261118\(Self.padded(refunds, 8))"
        if trouble != .refundMissingAtPlatform {
            books.ledgerRefund(order, number, part, his: "REVERSED")
            books.charge(order, part, isReversal: true)
        }
        switch trouble {
        case .refundMissingAtPlatform:
            refund(order, part, number)
            plant(.refundMissingAtPlatform, order, part, refund: number)
        case .refundAmount:
            refund(order, part - 1, number)
            plant(.refundAmountMismatch, order, 1, refund: number)
        case .refundNextDay:
            let fee = Self.fee(part, order.institution)
            books.bill(order, PlantedBillLine(refund: number, amount: part, settled: part, fee: fee, isNextDay: true))
            plant(.crossDayNext, order, part, refund: number)
        default:
            plant(.refundMissingAtChannel, order, part, refund: number)
        }
    }

    /// Paid, and posted in the HIS.
    private mutating func posted(_ order: PlantedBooks.Order, _ amount: Int64, coupon: Int64 = 0, feeError: Int64 = 0) {
        books.ledgerPayment(order, amount, status: "PAID", his: "POSTED")
        books.charge(order, amount)
        payment(order, amount, coupon: coupon, feeError: feeError)
    }

    private mutating func payment(
        _ order: PlantedBooks.Order, _ amount: Int64, coupon: Int64 = 0, feeError: Int64 = 0, transaction: String? = nil
    ) {
        let settled = amount - coupon
        let fee = Self.fee(settled, order.institution) + feeError
        due[Self.account(order), default: 0] += settled - fee
        books.bill(order, PlantedBillLine(amount: amount, settled: settled, fee: fee, transaction: transaction))
    }

    private mutating func refund(_ order: PlantedBooks.Order, _ amount: Int64) -> String {
        refunds += 1
        let number = "RF20261118\(Self.padded(refunds, 8))"
        refund(order, amount, number)
        return number
    }

    private mutating func refund(_ order: PlantedBooks.Order, _ amount: Int64, _ number: String) {
        let fee = Self.fee(amount, order.institution)
        due[Self.account(order), default: 0] -= amount - fee
        books.bill(order, PlantedBillLine(refund: number, amount: amount, settled: amount, fee: fee))
    }

    private mutating func plant(_ type: BreakType, _ order: PlantedBooks.Order, _ amount: Int64, refund: String = "") {
        truth.append(
            PlantedBreak(
                type: type, order: order.number, refund: refund, institution: order.institution, channel: order.channel, amount: amount))
    }

    /// Orders of the next day alone, and the deposits: one short, one missing, one too much, as far as there are accounts with money.
    private mutating func finish() throws {
        for index in 0..<3 {
            let order = PlantedBooks.Order(
                number: "SP20261119\(Self.padded(index, 8))", channel: index == 0 ? .alipay : .wechatPay,
                institution: Self.institutions[0], transaction: "N\(index)", time: "00:00:03")
            books.bill(order, PlantedBillLine(amount: 600, settled: 600, fee: 4, isNextDay: true))
        }
        var wrongs: [(BreakType, Int64)] = [(.bankShort, 1), (.bankMissing, 0), (.bankExtra, 500)]
        var deposits: [(institution: String, channel: PaymentChannelKind, fen: Int64)] = []
        for (account, fen) in due.sorted(by: { $0.key < $1.key }) {
            let institution = String(account.prefix(10))
            let channel: PaymentChannelKind = account.hasSuffix("WX") ? .wechatPay : .alipay
            guard fen > 1, let (type, difference) = wrongs.popLast() else {
                if fen != 0 { deposits.append((institution, channel, fen)) }
                continue
            }
            if type != .bankMissing { deposits.append((institution, channel, type == .bankExtra ? fen : fen - difference)) }
            if type == .bankExtra { deposits.append((institution, channel, difference)) }
            truth.append(
                PlantedBreak(
                    type: type, order: "", refund: "", institution: institution, channel: channel,
                    amount: type == .bankMissing ? fen : difference))
        }
        try books.finish(deposits: deposits, &random)
    }

    private static func account(_ order: PlantedBooks.Order) -> String { "\(order.institution) \(order.channel.rawValue)" }

    /// 0.60 %, the maternity hospital 0.20 %, half up.
    private static func fee(_ amount: Int64, _ institution: String) -> Int64 {
        (amount * (institution == "4699010003" ? 20 : 60) * 2 + 10_000) / 20_000
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
