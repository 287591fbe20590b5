import SampanDomain
import SampanReconciliation
import Testing

@Suite("Rules for one order")
struct OrderRulesTests {
    /// An order: what is done to the lines of one that is in order, and what is found then, as `TYPE refund amount ACTION`.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout OrderLines) -> Void
        let found: [String]

        init(_ title: String, _ found: [String], _ change: @escaping @Sendable (inout OrderLines) -> Void) {
            testDescription = title
            self.change = change
            self.found = found
        }
    }

    /// Paid 100.00 by WeChat Pay (transaction 7), posted.
    private static var sound: OrderLines {
        var lines = OrderLines(order: "SP1")
        lines.payment = .init(channel: .wechatPay, institution: "A", amount: 10_000, isPaid: true, transaction: 7)
        lines.billPayments = [.init(channel: .wechatPay, institution: "A", amount: 10_000, settled: 10_000, fee: 60, transaction: 7)]
        lines.charges = [.init(institution: "A", amount: 10_000)]
        return lines
    }

    private static func ledgerRefund(_ number: String, _ amount: Int64, isReversed: Bool = true, isDone: Bool = true)
        -> OrderLines.LedgerRefund
    {
        .init(
            number: number, channel: .wechatPay, institution: "A", amount: amount, isDone: isDone, isReversed: isReversed, transaction: 7)
    }

    private static func billRefund(_ number: String, _ amount: Int64, fee: Int64? = nil, transaction: UInt64 = 7) -> OrderLines.BillRefund {
        .init(
            number: number, channel: .wechatPay, institution: "A", amount: amount, settled: amount,
            fee: fee ?? (amount * 60 + 5_000) / 10_000, isDone: true, transaction: transaction)
    }

    /// A refund that all three books have.
    private static func refund(_ lines: inout OrderLines, _ number: String, _ amount: Int64) {
        lines.refunds.append(ledgerRefund(number, amount))
        lines.billRefunds.append(billRefund(number, amount))
        lines.reversals.append(.init(institution: "A", amount: amount))
    }

    private static func close(_ lines: inout OrderLines) { lines.payment?.isPaid = false }

    static let payments: [Case] = [
        Case("in order", []) { _ in },
        Case("closed, and nobody has anything", []) {
            close(&$0)
            ($0.billPayments, $0.charges) = ([], [])
        },
        Case("a coupon: settled below the amount", []) {
            $0.billPayments[0].settled = 9_000
            $0.billPayments[0].fee = 54
        },
        Case("closed, the channel has the money", ["LONG  10000 REFUND_PAYER"]) {
            close(&$0)
            $0.charges = []
        },
        Case("unknown to the platform", ["LONG  10000 FIND_ORDER"]) { ($0.payment, $0.charges) = (nil, []) },
        Case("closed, paid, and given back by the channel on the day", ["REFUND_MISSING_AT_PLATFORM R1 10000 RECORD_REFUND"]) {
            close(&$0)
            $0.charges = []
            $0.billRefunds = [billRefund("R1", 10_000)]
        },
        Case("closed, paid, and given back in part", ["LONG  4000 REFUND_PAYER"]) {
            close(&$0)
            $0.charges = []
            $0.billRefunds = [billRefund("R1", 6_000)]
            $0.refunds = [ledgerRefund("R1", 6_000, isReversed: false)]
        },
        Case("paid twice", ["LONG  10000 REFUND_PAYER"]) {
            $0.billPayments.append(.init(channel: .wechatPay, institution: "A", amount: 10_000, settled: 10_000, fee: 60, transaction: 8))
        },
        Case("paid twice, the second given back", []) {
            $0.billPayments.insert(
                .init(channel: .wechatPay, institution: "A", amount: 10_000, settled: 10_000, fee: 60, transaction: 8), at: 0)
            $0.billRefunds = [billRefund("R1", 10_000, transaction: 8)]
            $0.refunds = [ledgerRefund("R1", 10_000, isReversed: false)]
            $0.refunds[0].transaction = 8
        },
        Case("paid through the other channel", ["LONG  10000 REFUND_PAYER", "SHORT  10000 QUERY_ORDER"]) {
            $0.billPayments[0].channel = .alipay
        },
        Case("nothing at the channel", ["SHORT  10000 QUERY_ORDER"]) { $0.billPayments = [] },
        Case("a fen less at the channel", ["AMOUNT_MISMATCH  1 CORRECT_LEDGER"]) {
            ($0.billPayments[0].amount, $0.billPayments[0].settled) = (9_999, 9_999)
        },
        Case("a fen more at the channel", ["AMOUNT_MISMATCH  1 CORRECT_LEDGER"]) {
            ($0.billPayments[0].amount, $0.billPayments[0].settled) = (10_001, 10_001)
        },
        Case("in the next day's bill", ["CROSS_DAY_NEXT  10000 CARRY_TO_NEXT_DAY"]) {
            ($0.nextPayments, $0.billPayments) = ($0.billPayments, [])
        },
        Case("of another amount in the next day's bill", ["AMOUNT_MISMATCH  5 CORRECT_LEDGER", "CROSS_DAY_NEXT  10000 CARRY_TO_NEXT_DAY"]) {
            ($0.nextPayments, $0.billPayments) = ($0.billPayments, [])
            $0.nextPayments[0].amount = 9_995
        },
        Case("paid the day before by the platform's clock", ["CROSS_DAY_PREV  10000 CLEAR_PREVIOUS_DAY"]) {
            $0.payment?.isBeforeDay = true
        },
        Case("closed, in the next day's bill: tomorrow's matter", []) {
            close(&$0)
            ($0.nextPayments, $0.billPayments, $0.charges) = ($0.billPayments, [], [])
        },
        Case("a fen of fee too much", ["FEE_MISMATCH  1 CLAIM_FEE"]) { $0.billPayments[0].fee = 61 },
        Case("a fen of fee too little", ["FEE_MISMATCH  1 CLAIM_FEE"]) { $0.billPayments[0].fee = 59 },
        Case("a bill without the institution: the platform's counts", []) { $0.billPayments[0].institution = "" },
    ]

    static let refunds: [Case] = [
        Case("a refund", []) { refund(&$0, "R1", 300) },
        Case("two refunds of one order, all of it", []) {
            refund(&$0, "R1", 300)
            refund(&$0, "R2", 9_700)
        },
        Case("not at the channel", ["REFUND_MISSING_AT_CHANNEL R1 300 REPEAT_REFUND"]) {
            refund(&$0, "R1", 300)
            $0.billRefunds = []
        },
        Case("not confirmed yet, and not at the channel", []) {
            refund(&$0, "R1", 300)
            $0.refunds[0].isDone = false
            $0.billRefunds = []
        },
        Case("failed at the channel", ["REFUND_MISSING_AT_CHANNEL R1 300 REPEAT_REFUND"]) {
            refund(&$0, "R1", 300)
            $0.billRefunds[0].isDone = false
        },
        Case("not on the platform", ["REFUND_MISSING_AT_PLATFORM R1 300 RECORD_REFUND"]) { $0.billRefunds = [billRefund("R1", 300)] },
        Case("failed, and not on the platform", []) {
            $0.billRefunds = [billRefund("R1", 300)]
            $0.billRefunds[0].isDone = false
        },
        Case("under another number", ["REFUND_MISSING_AT_CHANNEL R1 300 REPEAT_REFUND", "REFUND_MISSING_AT_PLATFORM R2 300 RECORD_REFUND"])
        {
            refund(&$0, "R1", 300)
            $0.billRefunds[0].number = "R2"
        },
        Case("a fen off", ["REFUND_AMOUNT_MISMATCH R1 1 SETTLE_REFUND"]) {
            refund(&$0, "R1", 300)
            $0.billRefunds[0].amount = 301
        },
        Case("in the next day's bill", ["CROSS_DAY_NEXT R1 300 CARRY_TO_NEXT_DAY"]) {
            refund(&$0, "R1", 300)
            ($0.nextRefunds, $0.billRefunds) = ($0.billRefunds, [])
        },
        Case("made the day before by the platform's clock", ["CROSS_DAY_PREV R1 300 CLEAR_PREVIOUS_DAY"]) {
            refund(&$0, "R1", 300)
            $0.refunds[0].isBeforeDay = true
        },
        Case("of an earlier day's payment", []) {
            refund(&$0, "R1", 300)
            ($0.payment, $0.billPayments, $0.charges) = (nil, [], [])
        },
        Case("of an earlier day's payment, not taken back in the HIS", ["REFUNDED_BUT_POSTED R1 300 REVERSE_AT_HIS"]) {
            refund(&$0, "R1", 300)
            ($0.payment, $0.billPayments, $0.charges, $0.reversals) = (nil, [], [], [])
        },
        Case("too little fee given back", ["FEE_MISMATCH R1 1 CLAIM_FEE"]) {
            refund(&$0, "R1", 300)
            $0.billRefunds[0].fee = 1
        },
        Case("of everything: exactly the fee that was charged, even a wrong one", ["FEE_MISMATCH  1 CLAIM_FEE"]) {
            refund(&$0, "R1", 10_000)
            ($0.billPayments[0].fee, $0.billRefunds[0].fee) = (61, 61)
        },
        Case("with a coupon: the fee of what was asked back", []) {
            refund(&$0, "R1", 10_000)
            $0.billRefunds[0].settled = 9_000
        },
    ]

    static let his: [Case] = [
        Case("refused by the HIS and given back", []) {
            $0.charges = []
            $0.refunds = [ledgerRefund("R1", 10_000, isReversed: false)]
            $0.billRefunds = [billRefund("R1", 10_000)]
        },
        Case("not in the HIS", ["PAID_NOT_POSTED  10000 POST_OR_REFUND"]) { $0.charges = [] },
        Case("not in the HIS yet", ["PAID_NOT_POSTED  10000 AWAIT_HIS"]) {
            $0.charges = []
            $0.payment?.isHISPending = true
        },
        Case("not in the HIS, given back in part", ["PAID_NOT_POSTED  9700 POST_OR_REFUND"]) {
            $0.charges = []
            $0.refunds = [ledgerRefund("R1", 300, isReversed: false)]
            $0.billRefunds = [billRefund("R1", 300)]
        },
        Case("given back, still in the HIS", ["REFUNDED_BUT_POSTED R1 10000 REVERSE_AT_HIS"]) {
            refund(&$0, "R1", 10_000)
            $0.reversals = []
        },
        Case("one of two refunds not taken back", ["REFUNDED_BUT_POSTED  700 REVERSE_AT_HIS"]) {
            refund(&$0, "R1", 300)
            refund(&$0, "R2", 700)
            $0.reversals.removeLast()
        },
        Case("taken back in the HIS, not given back", ["HIS_AMOUNT_MISMATCH  10000 CORRECT_AT_HIS"]) {
            $0.reversals = [.init(institution: "A", amount: 10_000)]
        },
        Case("a fen less in the HIS", ["HIS_AMOUNT_MISMATCH  1 CORRECT_AT_HIS"]) { $0.charges[0].amount = 9_999 },
        Case("a fen more in the HIS", ["HIS_AMOUNT_MISMATCH  1 CORRECT_AT_HIS"]) { $0.charges[0].amount = 10_001 },
        Case("posted twice", ["HIS_AMOUNT_MISMATCH  10000 CORRECT_AT_HIS"]) { $0.charges.append($0.charges[0]) },
        Case("posted, and nobody paid", ["HIS_AMOUNT_MISMATCH  10000 CORRECT_AT_HIS"]) {
            close(&$0)
            $0.billPayments = []
        },
        Case("posted, taken back, and nobody paid", []) {
            close(&$0)
            $0.billPayments = []
            $0.reversals = [.init(institution: "A", amount: 10_000)]
        },
        Case("known to the HIS alone", ["HIS_AMOUNT_MISMATCH  10000 CORRECT_AT_HIS"]) { ($0.payment, $0.billPayments) = (nil, []) },
        Case("nothing at all", []) { $0 = OrderLines(order: "SP1") },
    ]

    @Test("find what they should", arguments: payments + refunds + his)
    func table(row: Case) {
        var lines = Self.sound
        row.change(&lines)
        let rules = OrderRules(contract: FeeContract(standard: 60, exceptions: [:]))
        let found = rules.breaks(of: lines)
        #expect(found.map { "\($0.type.rawValue) \($0.refund) \($0.amount) \($0.action.rawValue)" }.sorted() == row.found)
        #expect(found.allSatisfy { $0.order == "SP1" && $0.institution == "A" })
    }

    @Test(
        "fee, half up to the fen",
        arguments: [
            (0, "A", 0), (83, "A", 0), (84, "A", 1), (249, "A", 1), (250, "A", 2), (10_000, "A", 60), (23_400, "A", 140), (5_659, "A", 34),
            (249, "4699010003", 0), (250, "4699010003", 1), (15_449, "4699010003", 31), (999_999_999_999_999, "A", 6_000_000_000_000),
        ] as [(Int64, String, Int64)])
    func fee(amount: Int64, institution: String, fee: Int64) {
        #expect(FeeContract.region.fee(of: amount, institution: institution) == fee)
    }
}
