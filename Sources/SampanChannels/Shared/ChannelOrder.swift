package import SampanDomain

/// An order to be made.
package struct ChannelOrder: Sendable, Hashable {
    package let outTradeNo: OutTradeNo
    package let amount: Money
    /// What the payer reads. 1 to 127 bytes; never a name or a diagnosis.
    package let title: String
    package let expiry: UnixTime

    /// Longest title, in bytes: the shorter of both channels' limits.
    package static let titleLimit = 127

    /// Throws `wrongAmount` outside of `ChannelAmount.fen`, and `malformed` for a title that is empty or too long.
    package init(outTradeNo: OutTradeNo, amount: Money, title: String, expiry: UnixTime) throws(ChannelFault) {
        guard ChannelAmount.fen.contains(amount.fen) else { throw .wrongAmount }
        guard (1...Self.titleLimit).contains(title.utf8.count) else { throw .malformed("title") }
        self.outTradeNo = outTradeNo
        self.amount = amount
        self.title = title
        self.expiry = expiry
    }
}

/// A refund to be made, of all that was paid or of a part.
package struct ChannelRefund: Sendable, Hashable {
    package let outTradeNo: OutTradeNo
    /// Kept for every repeat: the channel refunds once per number.
    package let outRefundNo: RefundNo
    package let amount: Money
    /// What was paid.
    package let total: Money
    /// A code for the payer's statement, 1 to 80 bytes.
    package let reason: String

    package static let reasonLimit = 80

    /// Throws `wrongAmount` unless 0 < amount <= total, and `malformed` for the reason.
    package init(outTradeNo: OutTradeNo, outRefundNo: RefundNo, amount: Money, total: Money, reason: String) throws(ChannelFault) {
        guard ChannelAmount.fen.contains(total.fen), amount.fen > 0, amount <= total else { throw .wrongAmount }
        guard (1...Self.reasonLimit).contains(reason.utf8.count) else { throw .malformed("reason") }
        self.outTradeNo = outTradeNo
        self.outRefundNo = outRefundNo
        self.amount = amount
        self.total = total
        self.reason = reason
    }

    var receipt: RefundReceipt { RefundReceipt(outTradeNo: outTradeNo, outRefundNo: outRefundNo, amount: amount) }
}
