package import SampanDomain

/// What each event of the region's business books: the table of Docs/Ledger.md, one function a row.
extension NewEntry {
    /// A channel took the money of an order; `late` after it was closed.
    package static func paid(
        _ order: OutTradeNo, through channel: PaymentChannelKind, _ amount: Money, late: Bool = false, day: BusinessDay, actor: String
    ) throws(LedgerError) -> NewEntry {
        try moving(
            amount, from: .customerPrepayment, to: .channelClearing(channel), key: "paid:\(order.text)", late ? .paidLate : .paid, day,
            late ? "paid after the order was closed" : "paid", actor)
    }

    /// A channel took the money of one order again, under another transaction.
    package static func secondPayment(
        of order: OutTradeNo, transaction: String, through channel: PaymentChannelKind, _ amount: Money, day: BusinessDay, actor: String
    ) throws(LedgerError) -> NewEntry {
        try moving(
            amount, from: .payerOverpayment, to: .channelClearing(channel), key: "second-payment:\(channel.rawValue):\(transaction)",
            .secondPayment, day, "order \(order.text) paid again", actor)
    }

    /// The HIS has posted the payment.
    package static func posted(
        _ order: OutTradeNo, at institution: InstitutionCode, _ amount: Money, day: BusinessDay, actor: String
    ) throws(LedgerError) -> NewEntry {
        try moving(
            amount, from: .hospitalPayable(institution), to: .customerPrepayment, key: "posted:\(order.text)", .posted, day,
            "posted by the HIS", actor)
    }

    /// The HIS has taken a charge back, for the refund of this number.
    package static func chargeReversed(
        _ refund: RefundNo, at institution: InstitutionCode, _ amount: Money, day: BusinessDay, actor: String
    ) throws(LedgerError) -> NewEntry {
        try moving(
            amount, from: .customerPrepayment, to: .hospitalPayable(institution), key: "charge-reversed:\(refund.text)", .chargeReversed,
            day, "the HIS has taken the charge back", actor)
    }

    /// A channel was asked to give money back.
    /// - Parameter second: it is that of a second payment.
    package static func refundStarted(
        _ refund: RefundNo, through channel: PaymentChannelKind, _ amount: Money, second: Bool = false, day: BusinessDay, actor: String
    ) throws(LedgerError) -> NewEntry {
        try moving(
            amount, from: .refundsInFlight(channel), to: second ? .payerOverpayment : .customerPrepayment,
            key: "refund-started:\(refund.text)", .refundStarted, day, "the channel is asked to give it back", actor)
    }

    /// It has given it back.
    package static func refundConfirmed(
        _ refund: RefundNo, through channel: PaymentChannelKind, _ amount: Money, day: BusinessDay, actor: String
    ) throws(LedgerError) -> NewEntry {
        try moving(
            amount, from: .channelClearing(channel), to: .refundsInFlight(channel), key: "refund-confirmed:\(refund.text)",
            .refundConfirmed, day, "the channel has given it back", actor)
    }

    /// It has refused for good: the payer is owed as before.
    package static func refundFailed(
        _ refund: RefundNo, through channel: PaymentChannelKind, _ amount: Money, second: Bool = false, day: BusinessDay, actor: String
    ) throws(LedgerError) -> NewEntry {
        try moving(
            amount, from: second ? .payerOverpayment : .customerPrepayment, to: .refundsInFlight(channel),
            key: "refund-failed:\(refund.text)", .refundFailed, day, "the channel has refused to give it back", actor)
    }

    /// A channel gives a fee back with a refund.
    package static func feeReturned(
        _ refund: RefundNo, through channel: PaymentChannelKind, at institution: InstitutionCode, _ fee: Money, day: BusinessDay,
        actor: String
    ) throws(LedgerError) -> NewEntry {
        try moving(
            fee, from: .channelFeeRecovered(channel, institution), to: .channelClearing(channel), key: "fee-returned:\(refund.text)",
            .feeReturned, day, "the fee comes back with refund \(refund.text)", actor)
    }

    /// A channel settles a day (T+1): what it pays and what it keeps.
    /// - Parameters:
    ///   - net: what is to come; below zero where refunds and fees were more than the payments, and the channel carries that on.
    ///   - fee: what it took, fees that came back not deducted.
    package static func channelPayout(
        of settled: BusinessDay, through channel: PaymentChannelKind, to institution: InstitutionCode, net: Money, fee: Money,
        day: BusinessDay, actor: String
    ) throws(LedgerError) -> NewEntry {
        guard fee >= .zero else { throw .noAmount }
        let (gross, overflow) = net.fen.addingReportingOverflow(fee.fen)
        guard !overflow else { throw .overflow }
        let lines: [LedgerLine] = [
            .debit(.bankInTransit(channel, institution), net), .debit(.channelFee(channel, institution), fee),
            try .credit(.channelClearing(channel), Money(fen: gross)),
        ]
        return try NewEntry(
            key: "payout:\(channel.rawValue):\(institution.text):\(settled.compact)", event: .channelPayout, day: day,
            lines: lines.filter { $0.amount != .zero }, reason: "settlement of \(settled)", actor: actor)
    }

    /// The bank shows a deposit of a channel.
    /// - Parameter slip: the bank's number of it.
    package static func bankDeposit(
        slip: String, from channel: PaymentChannelKind, for institution: InstitutionCode, _ amount: Money, day: BusinessDay, actor: String
    ) throws(LedgerError) -> NewEntry {
        try moving(
            amount, from: .bankInTransit(channel, institution), to: .bank(institution), key: "deposit:\(slip)", .bankDeposit, day,
            "deposit \(slip)", actor)
    }

    /// What reconciliation says of a channel's day with an institution: what it pays and what it keeps, or gives back where that is more.
    /// Nil where there was nothing.
    /// - Parameters:
    ///   - fees: what it kept, less what it gave back with refunds.
    ///   - run: of reconciliation; names the entry, since a later run may take it back and make another one.
    package static func channelSettlement(
        of settled: BusinessDay, through channel: PaymentChannelKind, to institution: InstitutionCode, net: Money, fees: Money,
        run: Int64, day: BusinessDay, actor: String
    ) throws(LedgerError) -> NewEntry? {
        let (gross, overflow) = net.fen.addingReportingOverflow(fees.fen)
        guard !overflow else { throw .overflow }
        let kept: LedgerAccount = fees >= .zero ? .channelFee(channel, institution) : .channelFeeRecovered(channel, institution)
        let lines: [LedgerLine] = [
            .debit(.bankInTransit(channel, institution), net), .debit(kept, fees),
            try .credit(.channelClearing(channel), Money(fen: gross)),
        ].filter { $0.amount != .zero }
        guard !lines.isEmpty else { return nil }
        return try NewEntry(
            key: "payout:\(channel.rawValue):\(institution.text):\(settled.compact):\(run)", event: .channelPayout, day: day, lines: lines,
            reason: "settlement of \(settled), run \(run)", actor: actor)
    }

    /// What the bank shows of that settlement; below zero where it has taken money back. Nil for nothing.
    package static func settlementDeposit(
        of settled: BusinessDay, from channel: PaymentChannelKind, for institution: InstitutionCode, _ amount: Money, run: Int64,
        day: BusinessDay, actor: String
    ) throws(LedgerError) -> NewEntry? {
        guard amount != .zero else { return nil }
        return try NewEntry(
            key: "deposit:\(channel.rawValue):\(institution.text):\(settled.compact):\(run)", event: .bankDeposit, day: day,
            lines: [.debit(.bank(institution), amount), try .credit(.bankInTransit(channel, institution), amount)],
            reason: "deposit for \(settled), run \(run)", actor: actor)
    }

    /// A hospital gets its money. For one that the bank may refuse, place a hold between the same accounts first.
    package static func hospitalPayout(
        _ order: String, to institution: InstitutionCode, _ amount: Money, day: BusinessDay, actor: String
    ) throws(LedgerError) -> NewEntry {
        try moving(
            amount, from: .bank(institution), to: .hospitalPayable(institution), key: "hospital-payout:\(order)", .hospitalPayout, day,
            "paid out by order \(order)", actor)
    }

    /// Money that reconciliation found on an account and nobody can explain yet; below zero for money that lacks.
    /// - Parameter finding: the name of the break.
    package static func unexplained(
        _ finding: String, on account: LedgerAccount, _ amount: Money, day: BusinessDay, reason: String, actor: String
    ) throws(LedgerError) -> NewEntry {
        try NewEntry(
            key: "unexplained:\(finding)", event: .unexplained, day: day, lines: [.debit(account, amount), try .credit(.suspense, amount)],
            reason: reason, actor: actor)
    }

    /// What a person puts right. The reason is not optional.
    package static func correction(
        _ number: String, _ lines: [LedgerLine], day: BusinessDay, reason: String, actor: String
    ) throws(LedgerError) -> NewEntry {
        guard !reason.isEmpty else { throw .text(DomainError(field: "reason", message: "is missing: a correction says why")) }
        return try NewEntry(key: "correction:\(number)", event: .correction, day: day, lines: lines, reason: reason, actor: actor)
    }

    /// Two lines: a credit where it comes from, a debit where it goes.
    private static func moving(
        _ amount: Money, from source: LedgerAccount, to target: LedgerAccount, key: String, _ event: LedgerEvent, _ day: BusinessDay,
        _ reason: String, _ actor: String
    ) throws(LedgerError) -> NewEntry {
        guard amount > .zero else { throw .noAmount }
        return try NewEntry(
            key: key, event: event, day: day, lines: [.debit(target, amount), try .credit(source, amount)], reason: reason, actor: actor)
    }
}
