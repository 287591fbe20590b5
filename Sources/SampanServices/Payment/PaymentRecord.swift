package import SampanDomain
package import SampanRPC
internal import SampanStorage

/// What a caller wants to have paid, checked, on its way into the store.
package struct NewPayment: Sendable {
    package let outTradeNo: OutTradeNo
    /// Institution of the certificate that asks.
    package let caller: InstitutionCode
    /// Unique within the caller.
    package let requestID: RequestID
    /// Digest of everything the caller asked for; a replay has the same.
    package let hash: [UInt8]
    /// Whose HIS is charged.
    package let institution: InstitutionCode
    package let kind: PaymentKind
    package let amount: Money
    package let channel: PaymentChannelKind
    /// What the request row will carry, serialized; opaque here.
    package let command: [UInt8]
    /// Where the call stands in a trace that asks; nil without one. No part of what is asked.
    package let trace: TraceParent?

    /// Throws unless the amount is 1 to 100,000,000 fen.
    package init(
        outTradeNo: OutTradeNo, caller: InstitutionCode, requestID: RequestID, hash: [UInt8], institution: InstitutionCode,
        kind: PaymentKind, amount: Money, channel: PaymentChannelKind, command: [UInt8], trace: TraceParent? = nil
    ) throws(DomainError) {
        try Charge.check(amount)
        self.outTradeNo = outTradeNo
        self.caller = caller
        self.requestID = requestID
        self.hash = hash
        self.institution = institution
        self.kind = kind
        self.amount = amount
        self.channel = channel
        self.command = command
        self.trace = trace
    }
}

/// A payment as the gateway knows it.
package struct PaymentRecord: Sendable, Equatable {
    /// Rises in the order of creation; for paging only.
    package let id: Int64
    package let outTradeNo: OutTradeNo
    package let caller: InstitutionCode
    package let requestID: RequestID
    package let institution: InstitutionCode
    package let kind: PaymentKind
    package let amount: Money
    package let channel: PaymentChannelKind
    package let command: [UInt8]
    package internal(set) var state: PaymentState
    /// Rises by one with every change; what a mover compares.
    package internal(set) var version: Int64
    /// What the payer's app hands to the channel; nil until the order stands there.
    package internal(set) var checkoutToken: String?
    package let createdAt: UnixTime
    package internal(set) var refundStartedAt: UnixTime?
    /// When the final state was reached.
    package internal(set) var finishedAt: UnixTime?
    /// Where the call stood that asked for it; nil without a trace.
    package let trace: TraceParent?

    /// The whole amount once it is refunded, else nothing.
    package var refunded: Money {
        if case .refunded = state { amount } else { .zero }
    }
}

extension PaymentRecord: Versioned {
    package var isFinal: Bool { state.isFinal }
}
