import SampanDomain
import Testing

@testable import SampanLedger

/// The table of Docs/Ledger.md, row by row.
@Suite("What each business event books")
struct EventTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let event: LedgerEvent
        let key: String
        /// Code and fen, debits first.
        let lines: [String]
        let make: @Sendable () throws -> NewEntry

        var testDescription: String { name }
    }

    static let rows: [Row] = [
        Row(name: "paid", event: .paid, key: "paid:SP1", lines: ["CHANNEL_CLEARING:WX 500", "CUSTOMER_PREPAYMENT -500"]) {
            try .paid(try OutTradeNo("SP1"), through: .wechatPay, money(500), day: day, actor: "a")
        },
        Row(name: "paid late", event: .paidLate, key: "paid:SP1", lines: ["CHANNEL_CLEARING:ALI 500", "CUSTOMER_PREPAYMENT -500"]) {
            try .paid(try OutTradeNo("SP1"), through: .alipay, money(500), late: true, day: day, actor: "a")
        },
        Row(
            name: "second payment", event: .secondPayment, key: "second-payment:WX:4200",
            lines: ["CHANNEL_CLEARING:WX 500", "PAYER_OVERPAYMENT -500"]
        ) {
            try .secondPayment(of: try OutTradeNo("SP1"), transaction: "4200", through: .wechatPay, money(500), day: day, actor: "a")
        },
        Row(name: "posted", event: .posted, key: "posted:SP1", lines: ["CUSTOMER_PREPAYMENT 500", "HOSPITAL_PAYABLE:4699010001 -500"]) {
            try .posted(try OutTradeNo("SP1"), at: hospital(), money(500), day: day, actor: "a")
        },
        Row(
            name: "charge reversed", event: .chargeReversed, key: "charge-reversed:RF1",
            lines: ["HOSPITAL_PAYABLE:4699010001 500", "CUSTOMER_PREPAYMENT -500"]
        ) { try .chargeReversed(try RefundNo("RF1"), at: hospital(), money(500), day: day, actor: "a") },
        Row(
            name: "refund started", event: .refundStarted, key: "refund-started:RF1",
            lines: ["CUSTOMER_PREPAYMENT 500", "REFUNDS_IN_FLIGHT:WX -500"]
        ) { try .refundStarted(try RefundNo("RF1"), through: .wechatPay, money(500), day: day, actor: "a") },
        Row(
            name: "refund of a second payment started", event: .refundStarted, key: "refund-started:RF1",
            lines: ["PAYER_OVERPAYMENT 500", "REFUNDS_IN_FLIGHT:WX -500"]
        ) { try .refundStarted(try RefundNo("RF1"), through: .wechatPay, money(500), second: true, day: day, actor: "a") },
        Row(
            name: "refund confirmed", event: .refundConfirmed, key: "refund-confirmed:RF1",
            lines: ["REFUNDS_IN_FLIGHT:WX 500", "CHANNEL_CLEARING:WX -500"]
        ) { try .refundConfirmed(try RefundNo("RF1"), through: .wechatPay, money(500), day: day, actor: "a") },
        Row(
            name: "refund failed", event: .refundFailed, key: "refund-failed:RF1",
            lines: ["REFUNDS_IN_FLIGHT:WX 500", "CUSTOMER_PREPAYMENT -500"]
        ) { try .refundFailed(try RefundNo("RF1"), through: .wechatPay, money(500), day: day, actor: "a") },
        Row(
            name: "refund of a second payment failed", event: .refundFailed, key: "refund-failed:RF1",
            lines: ["REFUNDS_IN_FLIGHT:ALI 500", "PAYER_OVERPAYMENT -500"]
        ) { try .refundFailed(try RefundNo("RF1"), through: .alipay, money(500), second: true, day: day, actor: "a") },
        Row(
            name: "fee returned", event: .feeReturned, key: "fee-returned:RF1",
            lines: ["CHANNEL_CLEARING:WX 3", "CHANNEL_FEE_RECOVERED:WX:4699010001 -3"]
        ) { try .feeReturned(try RefundNo("RF1"), through: .wechatPay, at: hospital(), money(3), day: day, actor: "a") },
        Row(
            name: "channel payout", event: .channelPayout, key: "payout:WX:4699010001:20261118",
            lines: ["BANK_IN_TRANSIT:WX:4699010001 994", "CHANNEL_FEE:WX:4699010001 6", "CHANNEL_CLEARING:WX -1000"]
        ) { try .channelPayout(of: day, through: .wechatPay, to: hospital(), net: money(994), fee: money(6), day: dayAfter, actor: "a") },
        Row(
            name: "channel payout without a fee", event: .channelPayout, key: "payout:ALI:4699010001:20261118",
            lines: ["BANK_IN_TRANSIT:ALI:4699010001 1000", "CHANNEL_CLEARING:ALI -1000"]
        ) { try .channelPayout(of: day, through: .alipay, to: hospital(), net: money(1_000), fee: money(0), day: dayAfter, actor: "a") },
        Row(
            name: "channel payout of a day with more refunds than payments", event: .channelPayout, key: "payout:WX:4699010001:20261118",
            lines: ["CHANNEL_CLEARING:WX 994", "CHANNEL_FEE:WX:4699010001 6", "BANK_IN_TRANSIT:WX:4699010001 -1000"]
        ) {
            try .channelPayout(of: day, through: .wechatPay, to: hospital(), net: money(-1_000), fee: money(6), day: dayAfter, actor: "a")
        },
        Row(
            name: "bank deposit", event: .bankDeposit, key: "deposit:BK1",
            lines: ["BANK:4699010001 994", "BANK_IN_TRANSIT:WX:4699010001 -994"]
        ) { try .bankDeposit(slip: "BK1", from: .wechatPay, for: hospital(), money(994), day: dayAfter, actor: "a") },
        Row(
            name: "hospital payout", event: .hospitalPayout, key: "hospital-payout:P1",
            lines: ["HOSPITAL_PAYABLE:4699010001 900", "BANK:4699010001 -900"]
        ) { try .hospitalPayout("P1", to: hospital(), money(900), day: dayAfter, actor: "a") },
        Row(name: "too much", event: .unexplained, key: "unexplained:b1", lines: ["CHANNEL_CLEARING:WX 70", "SUSPENSE -70"]) {
            try .unexplained("b1", on: .channelClearing(.wechatPay), money(70), day: day, reason: "LONG", actor: "a")
        },
        Row(name: "too little", event: .unexplained, key: "unexplained:b2", lines: ["SUSPENSE 70", "CHANNEL_CLEARING:WX -70"]) {
            try .unexplained("b2", on: .channelClearing(.wechatPay), money(-70), day: day, reason: "SHORT", actor: "a")
        },
        Row(name: "correction", event: .correction, key: "correction:7", lines: ["SUSPENSE 70", "PAYER_OVERPAYMENT -70"]) {
            try .correction(
                "7", [.debit(.suspense, money(70)), try .credit(.payerOverpayment, money(70))], day: day, reason: "found", actor: "a")
        },
    ]

    @Test("key, event and lines, which sum to zero", arguments: rows)
    func lines(row: Row) throws {
        let entry = try row.make()
        #expect(entry.key == row.key && entry.event == row.event)
        #expect(entry.lines.map { "\($0.account.code) \($0.amount.fen)" } == row.lines)
        #expect(entry.lines.reduce(0) { $0 + $1.amount.fen } == 0)
    }

    @Test("every event but the reversal has a row, and every account of the chart is used")
    func complete() throws {
        let events = try Set(Self.rows.map { try $0.make().event })
        #expect(events == Set(LedgerEvent.allCases).subtracting([.reversal]))
        let words = try Set(Self.rows.flatMap { try $0.make().lines.map(\.account.word) })
        #expect(words == Set(ChartTests.chart.map(\.account.word)))
    }

    @Test("nothing moves by zero or less; a correction says why")
    func refused() throws {
        let order = try OutTradeNo("SP1")
        #expect(throws: LedgerError.noAmount) { try NewEntry.paid(order, through: .alipay, money(0), day: day, actor: "a") }
        #expect(throws: LedgerError.noAmount) { try NewEntry.posted(order, at: hospital(), money(-1), day: day, actor: "a") }
        #expect(throws: LedgerError.noAmount) {
            try NewEntry.channelPayout(of: day, through: .alipay, to: hospital(), net: money(1), fee: money(-1), day: day, actor: "a")
        }
        #expect(throws: LedgerError.overflow) {
            try NewEntry.channelPayout(of: day, through: .alipay, to: hospital(), net: money(.max), fee: money(1), day: day, actor: "a")
        }
        #expect(throws: LedgerError.self) {
            try NewEntry.correction(
                "1", [.debit(.suspense, money(1)), .credit(.bank(hospital()), money(1))], day: day, reason: "", actor: "a")
        }
    }
}
