import SampanDomain
import SampanReconciliation

/// A reconciliation as JSON. Amounts are whole fen.
struct ReconciliationAnswer: Encodable {
    struct TypeCount: Encodable {
        let count: Int
        let amountFen: Int64
    }

    struct Side: Encodable {
        let payments: Int
        let paidFen: Int64
        let refunds: Int
        let refundedFen: Int64
        let feesFen: Int64?

        init(_ totals: SideTotals, hasFees: Bool = false) {
            payments = totals.payments
            paidFen = totals.paid.fen
            refunds = totals.refunds
            refundedFen = totals.refunded.fen
            feesFen = hasFees ? totals.fees.fen : nil
        }
    }

    struct Deposits: Encodable {
        let deposits: Int
        let depositedFen: Int64
        /// For other days, or of others than the channels.
        let otherBookings: Int
    }

    struct Sides: Encodable {
        let platform: Side
        let his: Side
        let wechat: Side
        let alipay: Side
        let bank: Deposits
    }

    struct SettlementLine: Encodable {
        let org: String
        let channel: String
        /// Paid less refunds less fees, by the bill.
        let netFen: Int64
        /// What the channel kept of it; `netFen` and this are paid less refunded.
        let feesFen: Int64
        let depositedFen: Int64?
        /// The bank has booked it in one with other days; left out where it has not.
        let combined: Bool?
    }

    let date: String
    let out: String
    let breaks: Int
    /// Types without a break are left out.
    let byType: [String: TypeCount]
    let atRiskFen: Int64
    let inOtherDayFen: Int64
    let orders: Int
    let billLines: Int
    let unpaidOrders: Int
    let openRefunds: Int
    let nextDayBills: Bool
    let sides: Sides
    let settlements: [SettlementLine]

    init(_ report: ReconciliationReport, out: String) {
        date = report.day.text
        self.out = out
        breaks = report.breaks
        byType = Dictionary(
            uniqueKeysWithValues: report.counts.map { ($0.type.rawValue, TypeCount(count: $0.count, amountFen: $0.amount)) })
        atRiskFen = report.atRisk
        inOtherDayFen = report.inOtherDay
        orders = report.orders
        let totals = report.totals
        billLines = totals.billLines
        unpaidOrders = totals.unpaidOrders
        openRefunds = totals.openRefunds
        nextDayBills = report.hasNextDay
        sides = Sides(
            platform: Side(totals.platform), his: Side(totals.his), wechat: Side(totals.weChat, hasFees: true),
            alipay: Side(totals.alipay, hasFees: true),
            bank: Deposits(deposits: totals.deposits, depositedFen: totals.deposited.fen, otherBookings: totals.otherBookings))
        settlements = report.settlements.map {
            SettlementLine(
                org: $0.institution, channel: $0.channel.rawValue, netFen: $0.due.fen, feesFen: $0.fees.fen,
                depositedFen: $0.deposited.map(\.fen), combined: $0.isCombined ? true : nil)
        }
    }
}
