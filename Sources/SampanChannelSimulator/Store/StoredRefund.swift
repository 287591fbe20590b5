package import SampanDomain

/// A refund as it lies in the file.
package struct StoredRefund: Sendable, Equatable {
    package let terms: RefundTerms
    package let refundID: String
    /// From this moment on the money is back.
    package let settlesAt: UnixTime
    /// Nil until somebody looked at it after `settlesAt`; never taken back.
    package var succeededAt: UnixTime?
}

/// What a merchant asks a refund to be; a repetition has to ask for the same.
package struct RefundTerms: Sendable, Equatable {
    /// Characters of a reason at the most, as WeChat Pay has it.
    package static let maximumReason = 80

    package let outTradeNo: OutTradeNo
    package let outRefundNo: RefundNo
    package let amountFen: Int64
    package let reason: String

    package init(outTradeNo: OutTradeNo, outRefundNo: RefundNo, amountFen: Int64, reason: String) throws(ChannelError) {
        guard OrderTerms.amounts.contains(amountFen) else {
            throw .badField("amount_fen", "right would be 1 to 100000000 fen")
        }
        guard reason.unicodeScalars.count <= Self.maximumReason else {
            throw .badField("reason", "right would be at most \(Self.maximumReason) characters")
        }
        self.init(stored: outTradeNo, outRefundNo, amountFen, reason)
    }

    /// From a file: judged when it was written.
    init(stored outTradeNo: OutTradeNo, _ outRefundNo: RefundNo, _ amountFen: Int64, _ reason: String) {
        self.outTradeNo = outTradeNo
        self.outRefundNo = outRefundNo
        self.amountFen = amountFen
        self.reason = reason
    }
}
