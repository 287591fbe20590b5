/// What is wrong between the books. The raw value is the name in breaks.csv.
package enum BreakType: String, Sendable, Hashable, CaseIterable {
    /// 长款: the channel has money for an order that the platform has closed or does not know.
    case long = "LONG"
    /// 短款: the platform says paid, the channel has nothing.
    case short = "SHORT"
    case amountMismatch = "AMOUNT_MISMATCH"
    case refundMissingAtChannel = "REFUND_MISSING_AT_CHANNEL"
    case refundMissingAtPlatform = "REFUND_MISSING_AT_PLATFORM"
    case refundAmountMismatch = "REFUND_AMOUNT_MISMATCH"
    /// The patient paid, the HIS has no charge, and nobody gave the money back.
    case paidNotPosted = "PAID_NOT_POSTED"
    /// The money was given back, and the HIS still has the charge.
    case refundedButPosted = "REFUNDED_BUT_POSTED"
    case hisAmountMismatch = "HIS_AMOUNT_MISMATCH"
    /// The channel took another fee than the contract says.
    case feeMismatch = "FEE_MISMATCH"
    /// Paid before midnight by the platform's clock, after it by the channel's: in the next day's bill.
    case crossDayNext = "CROSS_DAY_NEXT"
    /// The same of the day before: in this day's bill.
    case crossDayPrevious = "CROSS_DAY_PREV"
    case bankShort = "BANK_SHORT"
    case bankMissing = "BANK_MISSING"
    case bankExtra = "BANK_EXTRA"
}

extension BreakType {
    /// Whether it is a matter of time alone: the money is where it belongs, in the books of the day beside this one.
    package var isTimingOnly: Bool { self == .crossDayNext || self == .crossDayPrevious }

    /// Chinese name, as finance staff say it.
    package var chinese: String {
        switch self {
        case .long: "长款"
        case .short: "短款"
        case .amountMismatch: "金额不符"
        case .refundMissingAtChannel: "渠道无退款"
        case .refundMissingAtPlatform: "平台无退款"
        case .refundAmountMismatch: "退款金额不符"
        case .paidNotPosted: "已付未入账"
        case .refundedButPosted: "已退仍入账"
        case .hisAmountMismatch: "HIS金额不符"
        case .feeMismatch: "手续费不符"
        case .crossDayNext: "跨日(次日账单)"
        case .crossDayPrevious: "跨日(昨日支付)"
        case .bankShort: "银行少到账"
        case .bankMissing: "银行未到账"
        case .bankExtra: "银行多到账"
        }
    }

    /// Why it comes about, in a line for people.
    package var cause: String {
        switch self {
        case .long: "channel took money, platform closed the order or has no such payment"
        case .short: "platform says paid, channel has no such payment"
        case .amountMismatch: "channel and platform have different amounts"
        case .refundMissingAtChannel: "platform says refunded, channel has no such refund"
        case .refundMissingAtPlatform: "channel refunded, platform has no such refund"
        case .refundAmountMismatch: "channel and platform refunded different amounts"
        case .paidNotPosted: "paid, no charge in the HIS, not refunded"
        case .refundedButPosted: "refunded, the HIS still has the charge"
        case .hisAmountMismatch: "HIS and platform have different amounts"
        case .feeMismatch: "channel's fee is not the contract's"
        case .crossDayNext: "paid before midnight, in the next day's bill"
        case .crossDayPrevious: "paid the day before, in this day's bill"
        case .bankShort: "deposit is less than paid - refunded - fees"
        case .bankMissing: "no deposit for this settlement"
        case .bankExtra: "deposit is more than paid - refunded - fees"
        }
    }
}
