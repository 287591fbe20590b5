import SampanDomain
import StoreTestSupport
import Testing

@testable import SampanLedger
@testable import SampanServices
@testable import SampanStorage

func order(_ id: Int, hash: UInt8 = 1, order: String? = nil, caller: String = "4699010001", fen: Int64 = 500) throws -> NewPayment {
    try NewPayment(
        outTradeNo: OutTradeNo(order ?? "SP\(id)"), caller: InstitutionCode(caller, scheme: .local), requestID: RequestID("r\(id)"),
        hash: [UInt8](repeating: hash, count: 32), institution: InstitutionCode(caller, scheme: .local), kind: .bookingFee,
        amount: Money(fen: fen),
        channel: id % 2 == 0 ? .wechatPay : .alipay, command: Array("command \(id)".utf8))
}

func paid(_ id: Int, fen: Int64 = 500, at: UnixTime = morning) -> PaymentEvent {
    .paid(ChannelPayment(transactionID: "T\(id)", paidAt: at), amount: Money(fen: fen))
}

let morning = UnixTime(nanoseconds: 1_794_941_700_000_000_000)
let refusal = OutcomeReason(constant: "HIS_REFUSED", "no")

@Suite("Payment store")
struct PaymentStoreTests {
    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    @Test("a request makes one payment; its replay finds it, another body or another request is refused")
    func create() async throws {
        let store = try PaymentStore(path: directory.file())
        let first = try await store.create(order(1), now: morning)
        #expect(first.state == .created && first.version == 0 && first.command == Array("command 1".utf8))
        #expect(try await store.create(order(1), now: morning.advanced(byNanoseconds: 9)) == first)
        await #expect(throws: PaymentStoreError.requestIDReused(first.outTradeNo)) {
            try await store.create(order(1, hash: 2), now: morning)
        }
        await #expect(throws: PaymentStoreError.outTradeNoTaken(first.outTradeNo)) {
            try await store.create(order(2, order: "SP1"), now: morning)
        }
        await #expect(throws: PaymentStoreError.outTradeNoTaken(first.outTradeNo)) {
            try await store.create(order(1, caller: "4699010002"), now: morning)
        }
        let token = try await store.recordCheckout("weixin://1", of: first.outTradeNo, now: morning)
        #expect(token.checkoutToken == "weixin://1" && token.version == 1)
        #expect(try await store.recordCheckout("weixin://1", of: first.outTradeNo, now: morning) == token)
        let unknown = try OutTradeNo("nobody")
        await #expect(throws: PaymentStoreError.unknownPayment(unknown)) { try await store.payment(unknown) }
        for fen in [0, -1, 100_000_001, Int64.max] { #expect(throws: DomainError.self) { try order(9, fen: fen) } }
        await store.close()
    }

    @Test("a life to posted, one to refunded, one closed and paid late; the day adds up at every step")
    func lives() async throws {
        let store = try PaymentStore(path: directory.file())
        for id in 1...4 { _ = try await store.create(order(id), now: morning) }
        func apply(_ event: PaymentEvent, _ id: Int) async throws -> PaymentRecord {
            let record = try await store.apply(event, to: OutTradeNo("SP\(id)"), expecting: nil, now: morning)
            #expect(try await store.equation().holds)
            return record
        }
        _ = try await apply(paid(1), 1)
        _ = try await apply(.queued(seq: 0), 1)
        let posted = try await apply(.decided(.posted(try ReceiptNumber("H1"))), 1)
        #expect(posted.isFinal && posted.finishedAt == morning && posted.refunded == .zero)
        #expect(try await apply(paid(1), 1) == posted)

        _ = try await apply(paid(2), 2)
        _ = try await apply(.queued(seq: 1), 2)
        _ = try await apply(.decided(.rejected(refusal)), 2)
        let refunding = try await store.startRefund(of: OutTradeNo("SP2"), expecting: nil, now: morning)
        #expect(refunding.state.refundNo?.text == "RF2026111800000001")
        #expect(try await store.startRefund(of: OutTradeNo("SP2"), expecting: nil, now: morning) == refunding)
        let refunded = try await apply(.refunded, 2)
        #expect(refunded.refunded.fen == 500 && refunded.state.reason == refusal)

        #expect(try await apply(.closed, 3).isFinal)
        let late = try await apply(paid(3), 3)
        #expect(!late.isFinal && late.finishedAt == nil && late.state.reason?.code == "PAID_AFTER_CLOSE")
        #expect(try await store.unfinished().map(\.outTradeNo.text) == ["SP3", "SP4"])
        #expect(
            try await store.startRefund(of: OutTradeNo("SP3"), expecting: nil, now: morning).state.refundNo?.text == "RF2026111800000002")
        _ = try await apply(.refunded, 3)
        let equation = try await store.equation()
        #expect(equation.paid.fen == 1_500 && equation.posted.fen == 500 && equation.refunded.fen == 1_000 && equation.open == .zero)
        #expect(equation.counts == ["posted": 1, "refunded": 2, "created": 1])
        #expect(
            try await store.timeline(OutTradeNo("SP3")).map(\.state) == ["created", "closed", "expired", "refunding", "refunded"])
        await #expect(throws: PaymentStoreError.transition(.illegal(state: "posted", event: "refund started"))) {
            try await store.startRefund(of: OutTradeNo("SP1"), expecting: nil, now: morning)
        }
        await store.close()
    }

    @Test("the mover that comes second loses with what is there now")
    func stale() async throws {
        let store = try PaymentStore(path: directory.file())
        let seen = try await store.create(order(1), now: morning)
        let moved = try await store.apply(.closed, to: seen.outTradeNo, expecting: seen.version, now: morning)
        await #expect(throws: PaymentStoreError.stale(current: moved)) {
            try await store.apply(paid(1), to: seen.outTradeNo, expecting: seen.version, now: morning)
        }
        #expect(try await store.payment(seen.outTradeNo) == moved)
        await store.close()
    }

    @Test(
        "the ledger and the timeline cannot be changed",
        arguments: [
            "UPDATE ledger_lines SET amount_fen = 1", "DELETE FROM ledger_lines", "UPDATE ledger_entries SET recorded_at = 0",
            "DELETE FROM ledger_entries",
            "UPDATE payment_timeline SET at = 0", "DELETE FROM payment_timeline", "DELETE FROM payments",
        ])
    func immutable(sql: String) async throws {
        let store = try PaymentStore(path: directory.file())
        let seen = try await store.create(order(1), now: morning)
        _ = try await store.apply(paid(1), to: seen.outTradeNo, expecting: nil, now: morning)
        let error = await #expect(throws: StorageError.self) { try await store.database.write { tx in try tx.execute(sql) } }
        #expect(error?.kind == .constraint(.trigger))
        #expect(try await store.equation().holds)
        await store.close()
    }

    @Test("each step books what the table says, once, on its day; a late payment says so")
    func books() async throws {
        let store = try PaymentStore(path: directory.file())
        for id in 1...3 { _ = try await store.create(order(id), now: morning) }
        let yesterday = try UnixTime(chinaText: "2026-11-17 23:59:59")
        func apply(_ event: PaymentEvent, _ id: Int) async throws {
            for _ in 0..<2 { _ = try await store.apply(event, to: OutTradeNo("SP\(id)"), expecting: nil, now: morning) }
        }
        try await apply(paid(1, at: yesterday), 1)
        try await apply(.queued(seq: 0), 1)
        try await apply(.decided(.posted(try ReceiptNumber("H1"))), 1)
        try await apply(paid(2), 2)
        try await apply(.unqueueable(refusal), 2)
        for _ in 0..<2 { _ = try await store.startRefund(of: OutTradeNo("SP2"), expecting: nil, now: morning) }
        let inFlight = try await store.equation()
        #expect(inFlight.holds && inFlight.ledger.refunding.fen == 500 && inFlight.ledger.open.fen == 500)
        try await apply(.refunded, 2)
        try await apply(.closed, 3)
        _ = try await store.apply(paid(3), to: OutTradeNo("SP3"), expecting: nil, now: morning)
        let entries = try await store.database.read { tx in
            try (1...6 as ClosedRange<Int64>).map { try #require(try PaymentBooking.ledger.entry($0, tx)) }
        }
        let lines = entries.map { entry in
            let sides = entry.content.lines.map { "\($0.account.code) \($0.amount.fen)" }.joined(separator: ", ")
            return "\(entry.content.day) \(entry.content.event.rawValue) \(entry.content.key): \(sides)"
        }
        #expect(
            lines == [
                "2026-11-17 PAID paid:SP1: CHANNEL_CLEARING:ALI 500, CUSTOMER_PREPAYMENT -500",
                "2026-11-18 POSTED posted:SP1: CUSTOMER_PREPAYMENT 500, HOSPITAL_PAYABLE:4699010001 -500",
                "2026-11-18 PAID paid:SP2: CHANNEL_CLEARING:WX 500, CUSTOMER_PREPAYMENT -500",
                "2026-11-18 REFUND_STARTED refund-started:RF2026111800000001: CUSTOMER_PREPAYMENT 500, REFUNDS_IN_FLIGHT:WX -500",
                "2026-11-18 REFUND_CONFIRMED refund-confirmed:RF2026111800000001: REFUNDS_IN_FLIGHT:WX 500, CHANNEL_CLEARING:WX -500",
                "2026-11-18 PAID_LATE paid:SP3: CHANNEL_CLEARING:ALI 500, CUSTOMER_PREPAYMENT -500",
            ])
        #expect(try await store.database.read { tx in try PaymentBooking.ledger.verify(tx) }.entries == 6)
        await store.close()
    }

    @Test("a second payment of an order is refused as a step and booked as owed back, once, however often the channel tells it")
    func secondPayment() async throws {
        let store = try PaymentStore(path: directory.file())
        _ = try await store.create(order(1), now: morning)
        let first = try await store.apply(paid(1), to: OutTradeNo("SP1"), expecting: nil, now: morning)
        let yesterday = try UnixTime(chinaText: "2026-11-17 23:59:59")
        let second = PaymentEvent.paid(ChannelPayment(transactionID: "T9", paidAt: yesterday), amount: Money(fen: 500))
        for _ in 0..<3 {
            await #expect(throws: PaymentStoreError.transition(.secondPayment(known: "T1", reported: "T9"))) {
                try await store.apply(second, to: OutTradeNo("SP1"), expecting: nil, now: morning)
            }
        }
        #expect(try await store.payment(OutTradeNo("SP1")) == first)
        let (entry, balance, count) = try await store.database.read { tx in
            (
                try PaymentBooking.ledger.entry(2, tx), try PaymentBooking.ledger.trialBalance(tx),
                try PaymentBooking.ledger.verify(tx).entries
            )
        }
        #expect(entry?.content.key == "second-payment:ALI:T9" && entry?.content.day.text == "2026-11-17" && count == 2)
        #expect(
            balance.accounts.map { "\($0.account.code) \($0.balance.fen)" } == [
                "CHANNEL_CLEARING:ALI 1000", "CUSTOMER_PREPAYMENT 500", "PAYER_OVERPAYMENT 500",
            ])
        #expect(try await store.equation().holds)
        // Another amount is another matter: nobody guesses.
        await #expect(throws: PaymentStoreError.transition(.amountMismatch(ordered: Money(fen: 500), reported: Money(fen: 1)))) {
            try await store.apply(
                .paid(ChannelPayment(transactionID: "T8", paidAt: morning), amount: Money(fen: 1)), to: OutTradeNo("SP1"), expecting: nil,
                now: morning)
        }
        #expect(try await store.database.read { tx in try PaymentBooking.ledger.verify(tx) }.entries == 2)
        await store.close()
    }

    @Test("the equation sees a fen that only one of the two books has")
    func contradiction() async throws {
        let store = try PaymentStore(path: directory.file())
        _ = try await store.create(order(1), now: morning)
        _ = try await store.apply(paid(1), to: OutTradeNo("SP1"), expecting: nil, now: morning)
        #expect(try await store.equation().holds)
        let stray = try NewEntry.paid(try OutTradeNo("other"), through: .alipay, Money(fen: 1), day: BusinessDay(morning), actor: "test")
        try await store.database.write { tx in try PaymentBooking.ledger.post(stray, now: morning, tx) }
        #expect(try await !store.equation().holds)
        // A step that the books refuse is not taken.
        let taken = try NewEntry.refundStarted(
            try RefundNo("RF9"), through: .alipay, Money(fen: 501), day: BusinessDay(morning), actor: "test")
        try await store.database.write { tx in try PaymentBooking.ledger.post(taken, now: morning, tx) }
        _ = try await store.apply(.unqueueable(refusal), to: OutTradeNo("SP1"), expecting: nil, now: morning)
        await #expect(
            throws: PaymentStoreError.ledger(.insufficient(.customerPrepayment, available: .zero, needed: Money(fen: 500)))
        ) { try await store.startRefund(of: OutTradeNo("SP1"), expecting: nil, now: morning) }
        #expect(try await store.payment(OutTradeNo("SP1")).state.name == "rejected")
        await store.close()
    }

    @Test("a watcher sees each change once and the end")
    func watch() async throws {
        let store = try PaymentStore(path: directory.file())
        let seen = try await store.create(order(1), now: morning)
        let iterator = store.watch(seen.outTradeNo).makeAsyncIterator()
        #expect(try await iterator.next()?.state.name == "created")
        for event in [paid(1), .queued(seq: 0), .queued(seq: 0), .decided(.posted(try ReceiptNumber("H1")))] {
            _ = try await store.apply(event, to: seen.outTradeNo, expecting: nil, now: morning)
        }
        var names: [String] = []
        while let record = try await iterator.next() { names.append(record.state.name) }
        #expect(names == ["paid", "queued", "posted"])
        await store.close()
    }

    @Test("the ledger file has the columns and the words of the payment day")
    func ledger() async throws {
        let store = try PaymentStore(path: directory.file())
        for id in 1...3 { _ = try await store.create(order(id), now: morning) }
        _ = try await store.apply(.closed, to: OutTradeNo("SP1"), expecting: nil, now: morning)
        for id in 2...3 {
            _ = try await store.apply(paid(id), to: OutTradeNo("SP\(id)"), expecting: nil, now: morning)
            _ = try await store.apply(.queued(seq: Int64(id)), to: OutTradeNo("SP\(id)"), expecting: nil, now: morning)
        }
        _ = try await store.apply(.decided(.posted(ReceiptNumber("H2611180000001"))), to: OutTradeNo("SP2"), expecting: nil, now: morning)
        _ = try await store.apply(.decided(.expired(refusal)), to: OutTradeNo("SP3"), expecting: nil, now: morning)
        let later = morning.advanced(byNanoseconds: 61_000_000_000)
        _ = try await store.startRefund(of: OutTradeNo("SP3"), expecting: nil, now: later)
        _ = try await store.apply(.refunded, to: OutTradeNo("SP3"), expecting: nil, now: later.advanced(byNanoseconds: 1_000_000_000))
        let expected = """
            entry_type,out_trade_no,out_refund_no,channel,channel_txn_no,org_code,biz_type,amount_fen,status,created_at,finished_at,his_status,his_receipt_no
            PAY,SP1,,ALI,,4699010001,挂号费,500,CLOSED,2026-11-18 02:55:00,,,
            PAY,SP2,,WX,T2,4699010001,挂号费,500,PAID,2026-11-18 02:55:00,2026-11-18 02:55:00,POSTED,H2611180000001
            PAY,SP3,,ALI,T3,4699010001,挂号费,500,PAID,2026-11-18 02:55:00,2026-11-18 02:55:00,FAILED,
            REFUND,SP3,RF2026111800000001,ALI,T3,4699010001,挂号费,500,REFUNDED,2026-11-18 02:56:01,2026-11-18 02:56:02,NONE,

            """
        let bytes = try await store.platformLedger(from: morning, to: UnixTime(nanoseconds: .max))
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
        await store.close()
    }
}
