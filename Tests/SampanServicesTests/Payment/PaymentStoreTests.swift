import SampanDomain
import StoreTestSupport
import Testing

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
        "the journal and the timeline cannot be changed",
        arguments: [
            "UPDATE journal_lines SET amount_fen = 1", "DELETE FROM journal_lines", "UPDATE journal_entries SET at = 0",
            "DELETE FROM journal_entries",
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
