internal import SampanCrypto
internal import SampanDomain
internal import SampanLedger
internal import SampanStorage

/// What the steps of payments book, in their transactions.
enum PaymentBooking {
    static let ledger = Ledger { try SHA256.hash($0) }

    /// Who books: the payments themselves, by what channels and HIS said.
    static let actor = "payments"

    static func post(_ movement: LedgerMovement, of payment: PaymentRecord, now: UnixTime, _ tx: borrowing Transaction) throws {
        if movement == .chargeReversed, let number = payment.state.refundNo {
            // The hospital's claim ends, and the payer's begins anew: the refund is of that.
            try post(now, tx) {
                try NewEntry.chargeReversed(number, at: payment.institution, payment.amount, day: BusinessDay(now), actor: actor)
            }
        }
        try post(now, tx) { try entry(movement, of: payment, day: BusinessDay(now)) }
    }

    /// The channel has taken the money of an order again.
    static func postSecond(
        _ second: ChannelPayment, _ amount: Money, of payment: PaymentRecord, now: UnixTime, _ tx: borrowing Transaction
    ) throws {
        try post(now, tx) {
            try NewEntry.secondPayment(
                of: payment.outTradeNo, transaction: second.transactionID, through: payment.channel, amount,
                day: BusinessDay(second.paidAt), actor: actor)
        }
    }

    private static func post(_ now: UnixTime, _ tx: borrowing Transaction, _ entry: () throws -> NewEntry) throws {
        do {
            try DayBooking.post(try entry(), in: ledger, now: now, tx)
        } catch let error as LedgerError {
            throw PaymentStoreError.ledger(error)
        }
    }

    /// - Parameter day: of the step. A payment belongs to the day on which the channel took the money, as the channel's bill has it.
    private static func entry(_ movement: LedgerMovement, of payment: PaymentRecord, day: BusinessDay) throws -> NewEntry {
        let (state, channel, amount) = (payment.state, payment.channel, payment.amount)
        switch (movement, state.channelPayment, state.refundNo) {
        case (.received, let paid?, _):
            return try NewEntry.paid(
                payment.outTradeNo, through: channel, amount, late: state.isPaidAfterClose, day: BusinessDay(paid.paidAt), actor: actor)
        case (.posted, _, _):
            return try NewEntry.posted(payment.outTradeNo, at: payment.institution, amount, day: day, actor: actor)
        case (.refundStarted, _, let number?), (.chargeReversed, _, let number?):
            return try NewEntry.refundStarted(number, through: channel, amount, day: day, actor: actor)
        case (.refunded, _, let number?):
            return try NewEntry.refundConfirmed(number, through: channel, amount, day: day, actor: actor)
        case (.received, nil, _), (.refundStarted, _, nil), (.chargeReversed, _, nil), (.refunded, _, nil):
            throw StorageError(kind: .misuse, message: "money moves in a payment that is \(state.name)")
        }
    }
}
