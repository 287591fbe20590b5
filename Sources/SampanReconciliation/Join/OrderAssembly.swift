internal import SampanDomain

/// The lines of one order while they come together. A line that stands twice in its file is refused: the file is damaged.
struct OrderAssembly {
    /// Lines of an order at the most; a channel allows 50 refunds.
    static let longest = 1_000

    private(set) var lines: OrderLines

    init(order: String) { lines = OrderLines(order: order) }

    /// Whether there is a line of this kind already.
    func hasLines(_ kind: LineRecord.Kind) -> Bool {
        switch kind {
        case .ledgerPayment: lines.payment != nil
        case .ledgerRefund: !lines.refunds.isEmpty
        case .billPayment: !lines.billPayments.isEmpty
        case .billRefund: !lines.billRefunds.isEmpty
        case .nextBillPayment: !lines.nextPayments.isEmpty
        case .nextBillRefund: !lines.nextRefunds.isEmpty
        case .hisCharge: !lines.charges.isEmpty
        case .hisReversal: !lines.reversals.isEmpty
        }
    }

    /// Adds a line.
    mutating func add(_ record: LineRecord, refund: String, institution: String) {
        let channel = PaymentChannelKind(recordNumber: record.channel)
        switch record.kind {
        case .ledgerPayment:
            var payment = OrderLines.LedgerPayment(
                channel: channel, institution: institution, amount: record.amount, isPaid: record.flags.contains(.isDone),
                transaction: record.identity)
            payment.isBeforeDay = record.flags.contains(.isBeforeDay)
            payment.isHISPending = record.flags.contains(.isHISPending)
            lines.payment = payment
        case .ledgerRefund:
            var line = OrderLines.LedgerRefund(
                number: refund, channel: channel, institution: institution, amount: record.amount, isDone: record.flags.contains(.isDone),
                isReversed: record.flags.contains(.isReversed), transaction: record.identity)
            line.isBeforeDay = record.flags.contains(.isBeforeDay)
            lines.refunds.append(line)
        case .billPayment: lines.billPayments.append(Self.payment(record, channel, institution))
        case .nextBillPayment: lines.nextPayments.append(Self.payment(record, channel, institution))
        case .billRefund: lines.billRefunds.append(Self.refund(record, refund, channel, institution))
        case .nextBillRefund: lines.nextRefunds.append(Self.refund(record, refund, channel, institution))
        case .hisCharge: lines.charges.append(OrderLines.HISLine(institution: institution, amount: record.amount))
        case .hisReversal: lines.reversals.append(OrderLines.HISLine(institution: institution, amount: record.amount))
        }
    }

    private static func payment(_ record: LineRecord, _ channel: PaymentChannelKind, _ institution: String) -> OrderLines.BillPayment {
        OrderLines.BillPayment(
            channel: channel, institution: institution, amount: record.amount, settled: record.settled, fee: record.fee,
            transaction: record.identity)
    }

    private static func refund(
        _ record: LineRecord, _ number: String, _ channel: PaymentChannelKind, _ institution: String
    ) -> OrderLines.BillRefund {
        OrderLines.BillRefund(
            number: number, channel: channel, institution: institution, amount: record.amount, settled: record.settled, fee: record.fee,
            isDone: record.flags.contains(.isDone), transaction: record.identity)
    }

    /// The platform has one payment for an order and one line for a refund's number; a bill one line for a transaction, the HIS one for a
    /// receipt of an institution.
    /// - Parameters:
    ///   - earlier: all lines of the order before it.
    ///   - files: names for messages.
    func refuseDuplicate(_ record: LineRecord, refund: String, _ earlier: [LineRecord], _ files: [String]) throws(ReconciliationError) {
        func wrong(_ problem: String) -> ReconciliationError {
            let file = files.indices.contains(Int(record.file)) ? files[Int(record.file)] : ""
            return .badData(file: file, line: Int(record.line), column: nil, problem: problem)
        }
        guard earlier.count < Self.longest else { throw wrong("an order of more than \(Self.longest) lines") }
        for other in earlier where other.kind == record.kind {
            switch record.kind {
            case .ledgerPayment: throw wrong("the order has a payment already, in line \(other.line)")
            case .ledgerRefund where lines.refunds.contains(where: { $0.number == refund }):
                throw wrong("the refund stands twice")
            case .ledgerRefund: continue
            default:
                guard other.channel == record.channel, other.own == record.own, other.institution == record.institution else { continue }
                throw wrong("the same as line \(other.line): the file is damaged, or two files overlap")
            }
        }
    }
}

extension OrderLines {
    /// Of the next day, and of no concern here.
    var isOfNextDayAlone: Bool {
        payment == nil && refunds.isEmpty && billPayments.isEmpty && billRefunds.isEmpty && charges.isEmpty && reversals.isEmpty
    }
}
