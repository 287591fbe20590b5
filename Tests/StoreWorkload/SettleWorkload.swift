import Glibc
import SampanAPI
import SampanDomain
import SampanServices
import SampanStorage

/// Closes day after day for ever, each while its last payments are still coming in, and prints day, receipts and fen of each closing that
/// was acknowledged. A later run over the same file goes on where the closings end.
struct SettleWorkload {
    let path: String

    private static let person = "spiffe://region.example/settlement/4699010000/li"

    func run() async throws {
        let store = try PaymentStore(path: path)
        let last = try await store.books.read(SettlementError.self) { tx in
            try Settlements.list(MobileOperator.code, from: nil, through: nil, tx).first?.date
        }
        guard var day = BusinessDay(last.flatMap { BusinessDay($0)?.next } ?? "2026-01-01") else { return }
        while true {
            let (today, midnight) = (day, try UnixTime(chinaText: "\(day.next) 00:00:00"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<6 {
                    group.addTask { try await pay(today, index, now: midnight.advanced(byNanoseconds: index < 3 ? -1 : 1), store) }
                }
                group.addTask { try await close(today, now: midnight, store) }
                try await group.waitForAll()
            }
            guard let next = BusinessDay(day.next) else { return }
            day = next
        }
    }

    /// The channel took the money in the last second of the day; the news comes before midnight or after it.
    private func pay(_ day: BusinessDay, _ index: Int, now: UnixTime, _ store: PaymentStore) async throws {
        let name = "D\(day.compact)-\(index)"
        let institution = try InstitutionCode("4699010001", scheme: .local)
        let order = try NewPayment(
            outTradeNo: OutTradeNo(name), caller: institution, requestID: RequestID(name), hash: [1], institution: institution,
            kind: .outpatientFee, amount: Money(fen: 100), channel: .wechatPay, command: [1, 2, 3])
        let paidAt = try UnixTime(chinaText: "\(day) 23:59:59")
        _ = try await store.create(order, now: paidAt)
        let outcome = RequestOutcome.posted(try ReceiptNumber("H\(day.compact.dropFirst(2))\(1_000_000 + index)"))
        let paid = ChannelPayment(transactionID: "T" + name, paidAt: paidAt)
        for event in [PaymentEvent.paid(paid, amount: order.amount), .queued(seq: 1), .decided(outcome)] {
            _ = try await store.apply(event, to: order.outTradeNo, expecting: nil, now: now)
        }
    }

    private func close(_ day: BusinessDay, now: UnixTime, _ store: PaymentStore) async throws {
        let closing = SettlementClosing(
            operatorID: MobileOperator.code, day: day, requestID: try RequestID("close-\(day)"), caller: Self.person,
            reason: "no reconciliation here")
        let closed = try await store.books.write(SettlementError.self) { tx in try closing.run(now: now, tx) }
        let line = Array("\(day) \(closed.settlement.receipts) \(closed.settlement.receiptsFen)\n".utf8)
        _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(1, $0.baseAddress, $0.count) }
    }
}
