internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
package import SampanRPC

extension PaymentRecord {
    /// The payment as its caller may see it; another institution's is as if it were not there.
    func message(for identity: PeerIdentity) throws(PaymentStoreError) -> PaymentV1.Payment {
        guard caller.text == identity.institution else { throw .unknownPayment(outTradeNo) }
        return PaymentV1.Payment(
            order: PaymentV1.Order(
                outTradeNo: outTradeNo.text, institutionCode: institution.text, amountFen: amount.fen, channel: channel.message),
            kind: kind.message, state: state.message, checkoutToken: checkoutToken ?? "",
            channelTransactionID: state.channelPayment?.transactionID ?? "", seq: state.seq.map { UInt64(clamping: $0) },
            receiptNumber: state.receipt?.text ?? "", outRefundNo: state.refundNo?.text ?? "", refundedFen: refunded.fen,
            reason: state.reason?.code ?? "", message: state.reason?.message ?? "", createdAt: createdAt.message,
            paidAt: state.channelPayment?.paidAt.message, finishedAt: finishedAt?.message)
    }
}

extension PaymentKind {
    var message: PaymentV1.PaymentKind {
        switch self {
        case .bookingFee: .bookingFee
        case .outpatientFee: .outpatientFee
        case .inpatientDeposit: .inpatientDeposit
        }
    }
}

extension PaymentState {
    var message: PaymentV1.PaymentState {
        switch self {
        case .created: .created
        case .closed: .closed
        case .paid: .paid
        case .queued: .queued
        case .posted: .posted
        case .rejected: .rejected
        case .expired: .expired
        case .refunding: .refunding
        case .refunded: .refunded
        }
    }
}

extension PaymentStoreError {
    /// What a caller gets to see.
    package var rpcError: RPCError {
        switch self {
        case .requestIDReused:
            RPCError(.alreadyExists, reason: "REQUEST_ID_REUSED", "another payment was asked for under this request_id; use a new one")
        case .outTradeNoTaken:
            RPCError(.alreadyExists, reason: "OUT_TRADE_NO_TAKEN", "another request has used this out_trade_no; use a new one")
        case .unknownPayment: RPCError(.notFound, reason: "UNKNOWN_PAYMENT", "there is no such payment of this institution")
        case .stale: RPCError(.aborted, reason: "PAYMENT_MOVED", "the payment has moved meanwhile; look again")
        case .transition(let error):
            RPCError(.failedPrecondition, reason: "ILLEGAL_TRANSITION", "the payment is not in a state for that", cause: error)
        case .refundNumbersExhausted:
            RPCError(.resourceExhausted, reason: "REFUND_NUMBERS_EXHAUSTED", "no refund number is left today")
        case .ledger(let error):
            RPCError(
                .failedPrecondition, reason: "LEDGER_CONTRADICTS", "the books contradict the payment; a person has to look", cause: error)
        case .storage(let error):
            RPCError(.unavailable, reason: "STORAGE_UNAVAILABLE", "the payment store cannot be written now; try again", cause: error)
        }
    }
}
