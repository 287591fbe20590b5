package import SampanDomain

/// All lines of one order, from all books of a day. The input of the rules; a value without files or sizes.
package struct OrderLines: Sendable, Hashable {
    package var order: String
    /// The platform's payment; there is at most one.
    package var payment: LedgerPayment?
    package var refunds: [LedgerRefund] = []
    /// Payments and refunds of the day's bill.
    package var billPayments: [BillPayment] = []
    package var billRefunds: [BillRefund] = []
    /// The same of the next day's bill.
    package var nextPayments: [BillPayment] = []
    package var nextRefunds: [BillRefund] = []
    package var charges: [HISLine] = []
    package var reversals: [HISLine] = []

    package init(order: String) { self.order = order }

    /// A payment as the platform's ledger has it.
    package struct LedgerPayment: Sendable, Hashable {
        package var channel: PaymentChannelKind
        package var institution: String
        /// Fen.
        package var amount: Int64
        /// False for an order that was closed, or not paid yet.
        package var isPaid: Bool
        /// It was paid before the day, by the platform's clock.
        package var isBeforeDay = false
        /// The HIS has not said yet whether it posts.
        package var isHISPending = false
        /// Of the channel's transaction; 0 for none.
        package var transaction: UInt64

        package init(channel: PaymentChannelKind, institution: String, amount: Int64, isPaid: Bool, transaction: UInt64) {
            self.channel = channel
            self.institution = institution
            self.amount = amount
            self.isPaid = isPaid
            self.transaction = transaction
        }
    }

    /// A refund as the platform's ledger has it.
    package struct LedgerRefund: Sendable, Hashable {
        package var number: String
        package var channel: PaymentChannelKind
        package var institution: String
        /// Fen.
        package var amount: Int64
        /// False while the channel has not confirmed it.
        package var isDone: Bool
        package var isBeforeDay = false
        /// The HIS took the charge back, says the platform.
        package var isReversed: Bool
        /// Of the payment that it gives back; 0 for none.
        package var transaction: UInt64

        package init(
            number: String, channel: PaymentChannelKind, institution: String, amount: Int64, isDone: Bool, isReversed: Bool,
            transaction: UInt64
        ) {
            self.number = number
            self.channel = channel
            self.institution = institution
            self.amount = amount
            self.isDone = isDone
            self.isReversed = isReversed
            self.transaction = transaction
        }
    }

    /// A payment as a channel's bill has it.
    package struct BillPayment: Sendable, Hashable {
        package var channel: PaymentChannelKind
        /// Whose account it is settled to; empty where the bill does not say.
        package var institution: String
        /// Fen: what the order came to, before coupons.
        package var amount: Int64
        /// Fen: what the channel settles, before its fee.
        package var settled: Int64
        /// Fen.
        package var fee: Int64
        package var transaction: UInt64

        package init(channel: PaymentChannelKind, institution: String, amount: Int64, settled: Int64, fee: Int64, transaction: UInt64) {
            self.channel = channel
            self.institution = institution
            self.amount = amount
            self.settled = settled
            self.fee = fee
            self.transaction = transaction
        }
    }

    /// A refund as a channel's bill has it.
    package struct BillRefund: Sendable, Hashable {
        package var number: String
        package var channel: PaymentChannelKind
        package var institution: String
        /// Fen: what was asked back, before coupons.
        package var amount: Int64
        /// Fen: what the channel takes back from the settlement.
        package var settled: Int64
        /// Fen that the channel gives back of its fee.
        package var fee: Int64
        /// False for one that the channel refused or could not carry out.
        package var isDone: Bool
        package var transaction: UInt64

        package init(
            number: String, channel: PaymentChannelKind, institution: String, amount: Int64, settled: Int64, fee: Int64, isDone: Bool,
            transaction: UInt64
        ) {
            self.number = number
            self.channel = channel
            self.institution = institution
            self.amount = amount
            self.settled = settled
            self.fee = fee
            self.isDone = isDone
            self.transaction = transaction
        }
    }

    /// A line of the HIS ledger.
    package struct HISLine: Sendable, Hashable {
        package var institution: String
        /// Fen.
        package var amount: Int64

        package init(institution: String, amount: Int64) {
            self.institution = institution
            self.amount = amount
        }
    }
}
