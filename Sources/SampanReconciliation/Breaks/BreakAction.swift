/// What to do about a break. The raw value is what breaks.csv says; a rule that acts by itself can be tied to it.
package enum BreakAction: String, Sendable, Hashable, CaseIterable {
    /// Give the payer the money back: the order is closed and cannot be posted any more.
    case refundPayer = "REFUND_PAYER"
    /// Find out whose money it is: the platform has no such order.
    case findOrder = "FIND_ORDER"
    /// Query the order at the channel; without a payment there, take the HIS charge back.
    case queryOrder = "QUERY_ORDER"
    /// Query the order at the channel, and correct the ledger by a counter entry.
    case correctLedger = "CORRECT_LEDGER"
    /// Send the refund again under its own number: the same number refunds once.
    case repeatRefund = "REPEAT_REFUND"
    /// Enter the refund that somebody made in the channel's console, and take the HIS charge back.
    case recordRefund = "RECORD_REFUND"
    /// Settle the difference of the refund with the payer or the channel.
    case settleRefund = "SETTLE_REFUND"
    /// Post it in the HIS, or refund.
    case postOrRefund = "POST_OR_REFUND"
    /// Wait for the HIS's answer, which was outstanding when the day ended.
    case awaitHIS = "AWAIT_HIS"
    /// Take the charge back in the HIS.
    case reverseAtHIS = "REVERSE_AT_HIS"
    /// Correct the charge in the HIS.
    case correctAtHIS = "CORRECT_AT_HIS"
    /// Claim the fee from the channel.
    case claimFee = "CLAIM_FEE"
    /// Nothing: counted in the next day's bill.
    case carryToNextDay = "CARRY_TO_NEXT_DAY"
    /// Nothing: the day before has it as outstanding.
    case clearPreviousDay = "CLEAR_PREVIOUS_DAY"
    /// Ask bank and channel for the deposit, or for what it lacks.
    case claimDeposit = "CLAIM_DEPOSIT"
    /// Ask the channel what the deposit is for; until then it is nobody's.
    case explainDeposit = "EXPLAIN_DEPOSIT"
}
