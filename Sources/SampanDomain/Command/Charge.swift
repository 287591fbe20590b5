/// A paid charge that the HIS is to post (`sampan.gateway.v1.Charge`). Always valid: whoever holds one need not check it again.
package struct Charge: Sendable, Hashable {
    /// One million yuan in fen: more than any single payment of these kinds.
    package static let maximumAmount = Money(fen: 100_000_000)

    package let outTradeNo: OutTradeNo
    /// Whose HIS is charged.
    package let institution: InstitutionCode
    /// 1 fen to `maximumAmount`.
    package let amount: Money
    package let channel: PaymentChannelKind
    /// The channel's own number of the payment: 1 to 64 printable ASCII characters.
    package let channelTransactionID: String
    /// When the channel took the money.
    package let paidAt: UnixTime
    /// The patient in that HIS; nil when the HIS finds the patient by the order. 1 to 64 bytes.
    package let patientNumber: String?

    /// Throws naming the first field that is wrong. An empty `patientNumber` means nil.
    package init(
        outTradeNo: OutTradeNo, institution: InstitutionCode, amount: Money, channel: PaymentChannelKind,
        channelTransactionID: String, paidAt: UnixTime, patientNumber: String?
    ) throws(DomainError) {
        try Self.check(amount)
        try Charset.check(
            channelTransactionID, field: "channel_transaction_id", length: 1...64, allowed: Charset.printable, spelled: "printable ASCII")
        self.outTradeNo = outTradeNo
        self.institution = institution
        self.amount = amount
        self.channel = channel
        self.channelTransactionID = channelTransactionID
        self.paidAt = paidAt
        self.patientNumber = try HISReference.optional(patientNumber, field: "patient_number")
    }

    /// Throws unless `amount` is one that may be paid: 1 to 100,000,000 fen.
    package static func check(_ amount: Money) throws(DomainError) {
        guard amount > .zero, amount <= maximumAmount else {
            throw DomainError(field: "amount_fen", message: "\(amount.fen) fen; right would be 1 to \(maximumAmount.fen)")
        }
    }
}
