/// What has happened in the world that an entry tells of. The raw value is the word of tables and reports.
package enum LedgerEvent: String, Sendable, Hashable, CaseIterable {
    /// A channel took the money of an order.
    case paid = "PAID"
    /// It took it after the order was closed.
    case paidLate = "PAID_LATE"
    /// It took the money of one order again, under another transaction.
    case secondPayment = "SECOND_PAYMENT"
    /// The HIS has posted the payment.
    case posted = "POSTED"
    /// The HIS has taken the charge back, whole or in part: the payer is owed again.
    case chargeReversed = "CHARGE_REVERSED"
    /// A channel was asked to give the money back.
    case refundStarted = "REFUND_STARTED"
    /// It has done so.
    case refundConfirmed = "REFUND_CONFIRMED"
    /// It has refused for good.
    case refundFailed = "REFUND_FAILED"
    /// A channel settles a day with an institution, less its fees.
    case channelPayout = "CHANNEL_PAYOUT"
    /// A channel gives a fee back with a refund.
    case feeReturned = "FEE_RETURNED"
    /// The bank shows the money of a settlement.
    case bankDeposit = "BANK_DEPOSIT"
    /// A hospital gets its money.
    case hospitalPayout = "HOSPITAL_PAYOUT"
    /// Reconciliation found money that nobody can explain yet.
    case unexplained = "UNEXPLAINED"
    /// A person puts something right that no event tells of.
    case correction = "CORRECTION"
    /// An earlier entry is taken back.
    case reversal = "REVERSAL"

    package var chinese: String {
        switch self {
        case .paid: "已付"
        case .paidLate: "关单后到账"
        case .secondPayment: "重复支付"
        case .posted: "入账"
        case .chargeReversed: "院内退费"
        case .refundStarted: "发起退款"
        case .refundConfirmed: "退款成功"
        case .refundFailed: "退款失败"
        case .channelPayout: "渠道结算"
        case .feeReturned: "退回手续费"
        case .bankDeposit: "银行到账"
        case .hospitalPayout: "医院划拨"
        case .unexplained: "挂账"
        case .correction: "更正"
        case .reversal: "冲正"
        }
    }
}
