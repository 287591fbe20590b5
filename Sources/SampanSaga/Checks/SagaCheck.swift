internal import SampanDomain
internal import SampanFerry
internal import SampanServices
internal import SampanStorage
internal import Synchronization

/// What must be so at every moment of a run, and at its end; looked at from outside of every process.
///
/// - What the channel took is served, given back, or on its way; nothing is served that was not paid, or both served and given back.
/// - A request has one effect in the HIS, and a payment one end.
/// - The ledger adds up to zero and says the same as the payments.
final class SagaCheck: Sendable {
    private struct Payment {
        let state: String
        let amount: Int64
    }

    private let region: SimulatedRegion
    private let orders: [OutTradeNo]
    /// Final states that were seen.
    private let ends = Mutex<[OutTradeNo: String]>([:])

    init(_ region: SimulatedRegion) throws(DomainError) {
        self.region = region
        var orders: [OutTradeNo] = []
        for index in region.scenario.orders.indices { orders.append(try SagaPeople.outTradeNo(index)) }
        self.orders = orders
    }

    /// The first thing that is wrong right now.
    func violation() throws -> String? {
        let (payments, equation) = try region.disks.payments.look { tx in (try Self.payments(tx), try PaymentEquation.read(tx)) }
        guard equation.holds else { return "the ledger does not say what the payments say: \(equation)" }
        let receipts = try region.disks.his.look { tx in try Self.receipts(tx) }
        let served = Dictionary(receipts) { first, _ in first }
        guard receipts.count == served.count else { return "two receipts of one order" }
        for outTradeNo in orders {
            let order = region.channel.order(outTradeNo)
            if let fault = Self.fault(payments[outTradeNo.text], served[outTradeNo.text], order) { return "\(outTradeNo.text): \(fault)" }
            if let fault = follow(outTradeNo, payments[outTradeNo.text]) { return "\(outTradeNo.text): \(fault)" }
        }
        return nil
    }

    private static func fault(_ payment: Payment?, _ receipt: Int64?, _ order: SimulatedChannel.Order?) -> String? {
        let isRefunded = order?.refunds.isEmpty == false
        if let receipt {
            guard let order, order.isPaid else { return "served, and not paid" }
            if isRefunded { return "served, and given back" }
            if receipt != order.amount.fen { return "served for another amount than was paid" }
            guard let payment, ["paid", "queued", "posted"].contains(payment.state) else {
                return "served, and the gateway has it as \(payment?.state ?? "unknown")"
            }
        }
        switch payment?.state {
        case "posted" where receipt == nil: return "posted, and the HIS knows nothing of it"
        case "refunded" where order?.refunds.values.contains(0) != true: return "refunded, and the channel has not given it back"
        case "paid", "queued", "posted", "rejected", "expired", "refunding", "refunded":
            if order?.isPaid != true { return "\(payment?.state ?? ""), and the channel has no money of it" }
        default: break
        }
        return nil
    }

    /// An end is an end; only what was closed may yet be paid.
    private func follow(_ outTradeNo: OutTradeNo, _ payment: Payment?) -> String? {
        ends.withLock { ends in
            if let end = ends[outTradeNo], end != "closed", payment?.state != end {
                return "was \(end), and is \(payment?.state ?? "gone")"
            }
            if let state = payment?.state, ["posted", "refunded", "closed"].contains(state) { ends[outTradeNo] = state }
            return nil
        }
    }

    /// Every order has come to its end, and all of its money too.
    func isOver() throws -> Bool {
        let payments = try region.disks.payments.look { tx in try Self.payments(tx) }
        let open = try region.disks.requests.look { tx in try tx.first("SELECT COUNT(*) FROM requests WHERE state = 0") { try $0.int64(0) }
        }
        guard open == 0 else { return false }
        for (index, outTradeNo) in orders.enumerated() {
            let isPaid = region.channel.order(outTradeNo)?.isPaid == true
            switch payments[outTradeNo.text]?.state {
            case "posted", "refunded": break
            case "closed": if isPaid || region.scenario.orders[index].payer == .afterClose { return false }
            default: return false
            }
        }
        return true
    }

    /// Where everything is, for a run that does not end.
    func standing() throws -> String {
        let payments = try region.disks.payments.look { tx in try Self.payments(tx) }
        let open = try region.disks.requests.look { tx in try tx.rows("SELECT seq FROM requests WHERE state = 0") { try $0.int64(0) } }
        let orders = orders.map { outTradeNo in
            let status = region.channel.order(outTradeNo).map { "\($0.status)" } ?? "not there"
            return "\(outTradeNo.text) is \(payments[outTradeNo.text]?.state ?? "unknown"), at the channel \(status)"
        }
        return (orders + ["open rows: \(open)"]).joined(separator: "; ")
    }

    private static func payments(_ tx: borrowing Transaction) throws -> [String: Payment] {
        let rows = try tx.rows("SELECT out_trade_no, state, amount_fen FROM payments") { row in
            (try row.text(0), Payment(state: try row.text(1), amount: try row.int64(2)))
        }
        return Dictionary(rows) { first, _ in first }
    }

    private static func receipts(_ tx: borrowing Transaction) throws -> [(String, Int64)] {
        try tx.rows("SELECT out_trade_no, amount_fen FROM receipts") { (try $0.text(0), try $0.int64(1)) }
    }
}
