package import SampanDomain

/// An order as it lies in the file.
package struct StoredOrder: Sendable, Equatable {
    /// The numbers of the contract's OrderState.
    package enum State: Int64, Sendable {
        case notPaid = 1
        case paid = 2
        case closed = 3
    }

    package let terms: OrderTerms
    /// After this moment nobody can pay it.
    package let expiresAt: UnixTime
    package let checkoutToken: String
    package var state: State
    /// Set when paid, with `paidAt`.
    package var transactionID: String?
    package var paidAt: UnixTime?

    package func hasExpired(at now: UnixTime) -> Bool { state == .notPaid && now > expiresAt }
}

/// What a merchant asks an order to be; a repetition has to ask for the same.
package struct OrderTerms: Sendable, Equatable {
    /// 100,000,000 fen (1 million yuan) at the most: no hospital bill is paid by phone beyond it.
    package static let amounts: ClosedRange<Int64> = 1...100_000_000
    /// Characters of a description at the most, as WeChat Pay has it.
    package static let maximumDescription = 127
    /// How long an order can be paid when the merchant names no end: 7 days, in nanoseconds, as WeChat Pay has it.
    package static let defaultLife: Int64 = 7 * 86_400 * 1_000_000_000

    package let outTradeNo: OutTradeNo
    package let channel: PaymentChannelKind
    package let amountFen: Int64
    package let description: String
    /// As asked for; nil takes `defaultLife` from the creation on.
    package let expiresAt: UnixTime?

    package init(
        outTradeNo: OutTradeNo, channel: PaymentChannelKind, amountFen: Int64, description: String, expiresAt: UnixTime?
    ) throws(ChannelError) {
        guard Self.amounts.contains(amountFen) else {
            throw .badField("amount_fen", "right would be 1 to 100000000 fen")
        }
        guard description.unicodeScalars.count <= Self.maximumDescription else {
            throw .badField("description", "right would be at most \(Self.maximumDescription) characters")
        }
        self.outTradeNo = outTradeNo
        self.channel = channel
        self.amountFen = amountFen
        self.description = description
        self.expiresAt = expiresAt
    }

    /// From a file: judged when it was written.
    init(stored outTradeNo: OutTradeNo, _ channel: PaymentChannelKind, _ amountFen: Int64, _ description: String, _ expiresAt: UnixTime?) {
        self.outTradeNo = outTradeNo
        self.channel = channel
        self.amountFen = amountFen
        self.description = description
        self.expiresAt = expiresAt
    }
}
