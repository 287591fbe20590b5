package import SampanDomain

/// What a channel owes an institution for a day: paid − refunded − fees, against what the bank has booked.
package struct Settlement: Sendable, Hashable {
    package let channel: PaymentChannelKind
    package let institution: String
    /// Fen by the day's bill.
    package var due: Sum
    /// Fen that the channel kept, less what it gave back with refunds; `due` and this are paid − refunded.
    package var fees: Sum
    /// Fen by the bank's statement; nil without any booking.
    package var deposited: Sum?
    /// The bank has booked several days in one, this one among them: what came in is told of by the last of them, and whether it is right
    /// by the account of what is in transit, not by a break.
    package var isCombined = false

    package init(channel: PaymentChannelKind, institution: String, due: Int64, fees: Int64 = 0, deposited: Int64?) {
        self.channel = channel
        self.institution = institution
        self.due = Sum(due)
        self.fees = Sum(fees)
        self.deposited = deposited.map { Sum($0) }
    }

    /// What is wrong with the deposit. Nothing has to come where refunds and fees have used up the payments: the channel carries that on.
    package var breakFound: Break? {
        guard !isCombined else { return nil }
        guard let deposited else { return due.fen > 0 ? found(.bankMissing, due.fen, .claimDeposit) : nil }
        let (difference, overflow) = deposited.fen.subtractingReportingOverflow(due.fen)
        guard !overflow, difference != .min else { return found(.bankExtra, .max, .explainDeposit) }
        if difference == 0 { return nil }
        return difference < 0 ? found(.bankShort, -difference, .claimDeposit) : found(.bankExtra, difference, .explainDeposit)
    }

    private func found(_ type: BreakType, _ amount: Int64, _ action: BreakAction) -> Break {
        Break(type, order: "", institution: institution, channel: channel, amount: amount, action: action)
    }
}
