import SampanAPI
import SampanDomain
import SampanLedger
import SampanStorage
import StoreTestSupport

@testable import SampanServices

/// A gateway's books in a directory of their own, filled with payments whose times a test chooses.
final class FinanceBench: Sendable {
    enum End: Sendable { case open, posted, refunded, refunding, closed }

    static let day = day("2026-11-18")
    static let (li, wang) = ("spiffe://region.example/settlement/4699010000/li", "spiffe://region.example/settlement/4699010000/wang")
    static let hospitals = ["4699010001", "4699010002", "4699010003"]
    let directory: TemporaryDirectory
    let store: PaymentStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try PaymentStore(path: directory.file("payments.db"))
    }

    var books: any Database { store.books }

    static func day(_ text: String) -> BusinessDay {
        guard let day = BusinessDay(text) else { preconditionFailure("\(text) is no day") }
        return day
    }

    static func time(_ text: String, nanoseconds: Int64 = 0) throws -> UnixTime {
        try UnixTime(chinaText: text).advanced(byNanoseconds: nanoseconds)
    }

    /// A payment from its start to an end: the channel takes the money at `paidAt`, everything else happens at `now`.
    func pay(
        _ id: Int, fen: Int64 = 1_000, at hospital: String = hospitals[0], through channel: PaymentChannelKind = .wechatPay,
        paidAt: UnixTime, now: UnixTime? = nil, end: End = .posted
    ) async throws {
        let now = now ?? paidAt
        let (order, institution) = (try OutTradeNo("SP\(id)"), try InstitutionCode(hospital, scheme: .local))
        _ = try await store.create(
            NewPayment(
                outTradeNo: order, caller: institution, requestID: RequestID("r\(id)"), hash: [1], institution: institution,
                kind: .outpatientFee, amount: Money(fen: fen), channel: channel, command: [1]), now: paidAt)
        func apply(_ event: PaymentEvent) async throws { _ = try await store.apply(event, to: order, expecting: nil, now: now) }
        if end == .closed { return try await apply(.closed) }
        try await apply(.paid(ChannelPayment(transactionID: "T\(id)", paidAt: paidAt), amount: Money(fen: fen)))
        guard end != .open else { return }
        try await apply(.queued(seq: Int64(id)))
        guard end != .posted else { return try await apply(.decided(.posted(try Self.receipt(id)))) }
        try await apply(.decided(.rejected(OutcomeReason(constant: "HIS_REFUSED", "no"))))
        _ = try await store.startRefund(of: order, expecting: nil, now: now)
        if end == .refunded { try await apply(.refunded) }
    }

    static func receipt(_ id: Int) throws -> ReceiptNumber { try ReceiptNumber("H261118\(1_000_000 + id)") }

    /// Records a reconciliation without a break, so that the day may be closed.
    func reconcile(_ day: BusinessDay) async throws {
        let intake = try BreakIntake(day: day, breaks: [], by: Self.li)
        let now = try Self.time("2026-12-31 10:00:00")
        _ = try await books.write(BreakRefusal.self) { tx in try intake.run(now: now, tx) }
    }

    @discardableResult
    func close(
        _ day: BusinessDay, at now: UnixTime, id: String? = nil, by caller: String = li, operatorID: String = MobileOperator.code,
        reason: String = ""
    ) async throws -> (settlement: SettlementV1.Settlement, wasClosed: Bool) {
        let closing = SettlementClosing(
            operatorID: operatorID, day: day, requestID: try RequestID(id ?? "close-\(day)"), caller: caller, reason: reason)
        return try await books.write(SettlementError.self) { tx in try closing.run(now: now, tx) }
    }

    func show(_ day: BusinessDay, at now: UnixTime) async throws -> SettlementV1.Settlement {
        try await books.read(SettlementError.self) { tx in try Settlements.show(MobileOperator.code, day, now: now, tx) }
    }

    func ledger<T: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> T) async throws -> T {
        try await books.read { tx in try body(tx) }
    }
}
