import SampanAPI
import SampanDomain
import SampanLedger
import SampanRPC
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("Closing of a day")
struct SettlementClosingTests {
    private static let noon = "2026-11-18 12:00:00"
    private static let morrow = "2026-11-19 10:30:00"

    @Test("ST-01 ST-05 ST-06 FE-06: the totals are the receipts and the ledger's balances; cash is 0; operator and mark are told")
    func totals() async throws {
        let bench = try FinanceBench()
        let noon = try FinanceBench.time(Self.noon)
        try await bench.pay(1, fen: 1_000, paidAt: noon)
        try await bench.pay(2, fen: 2_500, through: .alipay, paidAt: noon)
        try await bench.pay(3, fen: 30, at: FinanceBench.hospitals[1], paidAt: noon)
        try await bench.pay(4, fen: 400, paidAt: noon, end: .refunded)
        try await bench.pay(5, fen: 55, paidAt: noon, end: .open)
        try await bench.pay(6, fen: 66, through: .alipay, paidAt: noon, end: .refunding)
        try await bench.pay(7, fen: 77, paidAt: noon, end: .closed)
        try await bench.reconcile(FinanceBench.day)
        let closed = try await bench.close(FinanceBench.day, at: try FinanceBench.time(Self.morrow)).settlement
        #expect(closed.state == .closed && closed.operatorID == "FERRY" && closed.settlementMark == "MOBILE" && closed.cashFen == 0)
        #expect(closed.closedBy == FinanceBench.li && closed.closedAt != nil && closed.reason.isEmpty && closed.obstacle.isEmpty)
        #expect(closed.receipts == 3 && closed.receiptsFen == 3_530)
        #expect(closed.firstReceipt == "H2611181000001" && closed.lastReceipt == "H2611181000003")
        #expect(closed.missingReceipts == 0 && closed.receiptGaps.isEmpty)
        let first = try #require(closed.institutions.first)
        #expect(closed.institutions.map(\.institutionCode) == Array(FinanceBench.hospitals.prefix(2)))
        #expect(first.tenders.map(\.tender) == ["CASH", "WX", "ALI"] && first.tenders.map(\.amountFen) == [0, 1_000, 2_500])
        #expect(first.receipts == 2 && first.postedFen == 3_500 && first.reversedFen == 0 && first.netFen == 3_500)
        let weChat = try #require(closed.channels.first { $0.channel == .wechatPay })
        #expect(weChat.payments == 4 && weChat.paidFen == 1_485 && weChat.refunds == 1 && weChat.refundedFen == 400)
        #expect(weChat.netFen == 1_085 && weChat.otherFen == 0)
        let accounts = Dictionary(uniqueKeysWithValues: closed.accounts.map { ($0.account, $0) })
        #expect(accounts["CUSTOMER_PREPAYMENT"]?.closingFen == 55 && accounts["REFUNDS_IN_FLIGHT:ALI"]?.closingFen == 66)
        let end = try await bench.ledger { tx in try PaymentBooking.ledger.end(tx) }
        #expect(closed.lastEntry == end.map { UInt64($0.number) } && closed.lastEntryHash == end?.hash)
        await bench.store.close()
    }

    @Test("ST-01: closed once: a second closing is the first one, whoever asks; one id asks for one thing only")
    func once() async throws {
        let bench = try FinanceBench()
        try await bench.pay(1, paidAt: try FinanceBench.time(Self.noon))
        try await bench.reconcile(FinanceBench.day)
        let morrow = try FinanceBench.time(Self.morrow)
        let first = try await bench.close(FinanceBench.day, at: morrow, id: "a")
        #expect(!first.wasClosed)
        for (id, person, reason) in [
            ("a", FinanceBench.li, ""), ("b", FinanceBench.li, ""), ("a", FinanceBench.wang, ""), ("c", FinanceBench.wang, "again"),
        ] {
            let again = try await bench.close(
                FinanceBench.day, at: morrow.advanced(byNanoseconds: 86_400_000_000_000), id: id, by: person, reason: reason)
            #expect(again.wasClosed && again.settlement == first.settlement, "\(id)")
        }
        let other = FinanceBench.day("2026-11-17")
        await #expect(throws: SettlementError.requestIDReused) { try await bench.close(other, at: morrow, id: "a") }
        await #expect(throws: SettlementError.requestIDReused) { try await bench.close(FinanceBench.day, at: morrow, id: "a", reason: "x") }
        await bench.store.close()
    }

    @Test(
        "ST-01: a day is over at midnight in China, not before: month ends, the leap day, a year's end",
        arguments: ["2026-11-18", "2026-11-30", "2026-12-31", "2028-02-28", "2028-02-29", "2027-02-28"])
    func boundaries(text: String) async throws {
        let bench = try FinanceBench()
        let day = FinanceBench.day(text)
        let midnight = try FinanceBench.time("\(day.next) 00:00:00")
        // The last moment of the day, and the first of the next: each is the receipt of its own day.
        try await bench.pay(1, fen: 11, paidAt: try FinanceBench.time("\(text) 00:00:00"))
        try await bench.pay(2, fen: 22, paidAt: try FinanceBench.time("\(text) 23:59:59", nanoseconds: 999_000_000))
        try await bench.pay(3, fen: 44, paidAt: midnight)
        try await bench.reconcile(day)
        await #expect(throws: SettlementError.dayNotOver) { try await bench.close(day, at: midnight.advanced(byNanoseconds: -1)) }
        #expect(try await bench.show(day, at: midnight.advanced(byNanoseconds: -1)).obstacle.contains("not over"))
        let closed = try await bench.close(day, at: midnight).settlement
        #expect(closed.receipts == 2 && closed.receiptsFen == 33)
        let next = try await bench.show(FinanceBench.day(day.next), at: midnight)
        #expect(next.receiptsFen == 44 && next.state == .open && next.lateEntries.isEmpty)
        await bench.store.close()
    }

    @Test("ST-01: a day without a payment is closed with zeros; days are closed in their order, empty ones may be left out")
    func order() async throws {
        let bench = try FinanceBench()
        let morrow = try FinanceBench.time("2026-11-21 09:00:00")
        try await bench.pay(1, paidAt: try FinanceBench.time(Self.noon))
        for day in ["2026-11-16", "2026-11-18", "2026-11-19", "2026-11-20"] { try await bench.reconcile(FinanceBench.day(day)) }
        await #expect(throws: SettlementError.earlierDayOpen("2026-11-18")) {
            try await bench.close(FinanceBench.day("2026-11-20"), at: morrow)
        }
        try await bench.close(FinanceBench.day, at: morrow)
        let empty = try await bench.close(FinanceBench.day("2026-11-20"), at: morrow).settlement
        #expect(empty.receipts == 0 && empty.receiptsFen == 0 && empty.firstReceipt.isEmpty && empty.institutions.isEmpty)
        #expect(empty.channels.allSatisfy { $0.paidFen == 0 && $0.refundedFen == 0 } && empty.accounts.allSatisfy { $0.debitsFen == 0 })
        // Left out, and closed later: nothing could come in meanwhile.
        for day in ["2026-11-19", "2026-11-16"] {
            let left = try await bench.close(FinanceBench.day(day), at: morrow)
            #expect(!left.wasClosed && left.settlement.receipts == 0)
        }
        let days = try await bench.ledger { tx in try Settlements.list("FERRY", from: nil, through: nil, tx).map(\.date) }
        #expect(days == ["2026-11-20", "2026-11-19", "2026-11-18", "2026-11-16"])
        await bench.store.close()
    }

    @Test("ST-02: no other operator is closed here")
    func otherOperator() async throws {
        let bench = try FinanceBench()
        let morrow = try FinanceBench.time(Self.morrow)
        for name in ["WINDOW01", "FERRY00", "", "ferry"] {
            await #expect(throws: SettlementError.unknownOperator) {
                try await bench.close(FinanceBench.day, at: morrow, operatorID: name)
            }
        }
        await bench.store.close()
    }

    @Test("ST-04: without a reconciliation, or with open breaks, it is refused; with a reason it is closed and marked")
    func reconciliation() async throws {
        let bench = try FinanceBench()
        let morrow = try FinanceBench.time(Self.morrow)
        try await bench.pay(1, paidAt: try FinanceBench.time(Self.noon))
        await #expect(throws: SettlementError.notReconciled) { try await bench.close(FinanceBench.day, at: morrow) }
        let intake = try BreakIntake(
            day: FinanceBench.day, breaks: [BreakTests.short, BreakTests.crossDay], by: FinanceBench.li)
        _ = try await bench.books.write(BreakRefusal.self) { tx in try intake.run(now: morrow, tx) }
        await #expect(throws: SettlementError.openBreaks(count: 1, fen: 700)) { try await bench.close(FinanceBench.day, at: morrow) }
        let shown = try await bench.show(FinanceBench.day, at: morrow)
        #expect(shown.state == .open && shown.obstacle.contains("1 breaks") && shown.reconciliation?.openFen == 700)
        let marked = try await bench.close(FinanceBench.day, at: morrow, reason: "the bank's statement comes on Monday").settlement
        #expect(marked.state == .closedMarked && marked.reason == "the bank's statement comes on Monday")
        #expect(marked.reconciliation?.openBreaks == 1 && marked.reconciliation?.resolvedBreaks == 1 && marked.reconciliation?.run == 1)
        await bench.store.close()
    }

    @Test("ST-04: a reason that was not needed marks nothing")
    func needlessReason() async throws {
        let bench = try FinanceBench()
        try await bench.reconcile(FinanceBench.day)
        let closed = try await bench.close(FinanceBench.day, at: try FinanceBench.time(Self.morrow), reason: "in case").settlement
        #expect(closed.state == .closed && closed.reason.isEmpty)
        await bench.store.close()
    }

    @Test("ST-01: what comes for a closed day is booked on the next open one and marked late; the closed day stays as it is")
    func late() async throws {
        let bench = try FinanceBench()
        let (noon, morrow) = (try FinanceBench.time(Self.noon), try FinanceBench.time(Self.morrow))
        try await bench.pay(1, paidAt: noon)
        try await bench.reconcile(FinanceBench.day)
        let first = try await bench.close(FinanceBench.day, at: morrow).settlement
        // The channel's news of a payment of the closed day comes now; posting is of today anyway.
        try await bench.pay(2, fen: 222, paidAt: noon, now: morrow)
        #expect(try await bench.show(FinanceBench.day, at: morrow) == first)
        let next = try await bench.show(FinanceBench.day("2026-11-19"), at: morrow)
        #expect(next.lateEntries.map(\.key) == ["paid:SP2"] && next.lateEntries.map(\.belongsTo) == ["2026-11-18"])
        #expect(next.lateEntries.map(\.amountFen) == [222] && next.receiptsFen == 222)
        #expect(next.channels.first { $0.channel == .wechatPay }?.paidFen == 222)
        let entry = try await bench.ledger { tx in try PaymentBooking.ledger.entry(of: "paid:SP2", tx) }
        #expect(entry?.content.day.text == "2026-11-19" && entry?.content.reason == "paid (late, of 2026-11-18)")
        // A second payment that the channel tells of twice, before and after the closing of its day: one entry.
        for _ in 0..<2 {
            let second = ChannelPayment(transactionID: "T1-again", paidAt: noon)
            await #expect(throws: PaymentStoreError.self) {
                try await bench.store.apply(
                    .paid(second, amount: Money(fen: 1_000)), to: try OutTradeNo("SP1"), expecting: nil, now: morrow)
            }
        }
        #expect(try await bench.show(FinanceBench.day("2026-11-19"), at: morrow).lateEntries.count == 2)
        let equation = try await bench.store.equation()
        let fault = try await bench.store.checkLedger().fault
        #expect(equation.holds && fault == nil)
        await bench.store.close()
    }

    @Test("ST-01: an entry that was booked before its day was closed, and comes again afterwards, is found where it is")
    func repeatedAfterClosing() async throws {
        let bench = try FinanceBench()
        let (noon, morrow) = (try FinanceBench.time(Self.noon), try FinanceBench.time(Self.morrow))
        try await bench.pay(1, paidAt: noon)
        func second() async throws {
            let again = ChannelPayment(transactionID: "T1-again", paidAt: noon)
            _ = try await bench.store.apply(.paid(again, amount: Money(fen: 1_000)), to: try OutTradeNo("SP1"), expecting: nil, now: noon)
        }
        let isSecond = PaymentStoreError.transition(.secondPayment(known: "T1", reported: "T1-again"))
        await #expect(throws: isSecond) { try await second() }
        try await bench.reconcile(FinanceBench.day)
        let closed = try await bench.close(FinanceBench.day, at: morrow).settlement
        await #expect(throws: isSecond) { try await second() }
        #expect(try await bench.show(FinanceBench.day, at: morrow) == closed)
        #expect(try await bench.show(FinanceBench.day("2026-11-19"), at: morrow).lateEntries.isEmpty)
        await bench.store.close()
    }

    @Test("ST-01: reopening is refused by the tables: no entry into a closed day, no change, no deletion")
    func reopening() async throws {
        let bench = try FinanceBench()
        try await bench.pay(1, paidAt: try FinanceBench.time(Self.noon))
        try await bench.reconcile(FinanceBench.day)
        let morrow = try FinanceBench.time(Self.morrow)
        try await bench.close(FinanceBench.day, at: morrow)
        for statement in [
            "DELETE FROM settlements", "UPDATE settlements SET day = 20261117", "UPDATE settlements SET marked = 1",
            "DELETE FROM settlement_requests",
        ] {
            await #expect(throws: StorageError.self, "\(statement)") { try await bench.books.write { tx in try tx.execute(statement) } }
        }
        // Past the rule that books it late: the table itself refuses.
        let entry = try NewEntry.paid(
            OutTradeNo("SPX"), through: .wechatPay, Money(fen: 5), day: FinanceBench.day, actor: "somebody")
        await #expect(throws: StorageError.self) {
            try await bench.books.write { tx in try PaymentBooking.ledger.post(entry, now: morrow, tx) }
        }
        #expect(try await bench.store.checkLedger().fault == nil)
        await bench.store.close()
    }

    @Test("ST-01: receipts that contradict the ledger are not closed")
    func contradiction() async throws {
        let bench = try FinanceBench()
        try await bench.pay(1, paidAt: try FinanceBench.time(Self.noon))
        try await bench.reconcile(FinanceBench.day)
        try await bench.books.write { tx in try tx.execute("UPDATE payments SET amount_fen = 999") }
        let morrow = try FinanceBench.time(Self.morrow)
        await #expect {
            try await bench.close(FinanceBench.day, at: morrow, reason: "all the same")
        } throws: { error in
            guard case SettlementError.contradiction(let text) = error else { return false }
            return text.contains("9.99") && text.contains("10.00")
        }
        await bench.store.close()
    }

    @Test("every refusal has a code and a reason for programs")
    func errors() {
        let rows: [(SettlementError, StatusCode, String)] = [
            (.unknownOperator, .notFound, "UNKNOWN_OPERATOR"), (.dayNotOver, .failedPrecondition, "DAY_NOT_OVER"),
            (.earlierDayOpen("2026-11-17"), .failedPrecondition, "EARLIER_DAY_OPEN"),
            (.notReconciled, .failedPrecondition, "NOT_RECONCILED"),
            (.openBreaks(count: 2, fen: 5), .failedPrecondition, "OPEN_BREAKS"),
            (.requestIDReused, .alreadyExists, "REQUEST_ID_REUSED"), (.contradiction("a"), .failedPrecondition, "BOOKS_CONTRADICT"),
            (.storage(StorageError(kind: .full, message: "x")), .unavailable, "STORAGE_UNAVAILABLE"),
        ]
        for (error, code, reason) in rows {
            #expect(error.rpcError.code == code && error.rpcError.errorInfo?.reason == reason, "\(error)")
        }
    }
}
