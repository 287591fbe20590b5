internal import SampanAPI
package import SampanRPC
package import SampanStorage

/// Why the channel refuses, or cannot answer. Travels as a status with an ErrorInfo (domain `channel.sampan`) or a BadRequest.
package enum ChannelError: StorageFailure, Equatable {
    case badField(String, String)
    case unknownOrder
    case unknownRefund
    /// The number has an order or a refund with another body.
    case outTradeNoReused
    case outRefundNoReused
    case orderPaid
    case orderNotPaid
    case orderClosed
    case orderExpired
    /// What may still be given back, in fen.
    case refundExceedsPaid(remainingFen: Int64)
    case storage(StorageError)
}

extension ChannelError: RPCErrorConvertible {
    package static let domain = "channel.sampan"

    package var rpcError: RPCError {
        switch self {
        case .badField(let field, let description):
            RPCError(
                code: .invalidArgument, message: "\(field): \(description)",
                details: [GoogleRPC.BadRequest(fieldViolations: [.init(field: field, description: description)])])
        case .unknownOrder: refusal(.notFound, "ORDER_NOT_FOUND", "there is no such order")
        case .unknownRefund: refusal(.notFound, "REFUND_NOT_FOUND", "there is no such refund")
        case .outTradeNoReused:
            refusal(.alreadyExists, "OUT_TRADE_NO_REUSED", "out_trade_no has an order with another body; use a new number")
        case .outRefundNoReused:
            refusal(.alreadyExists, "OUT_REFUND_NO_REUSED", "out_refund_no has a refund with another body; use a new number")
        case .orderPaid: refusal(.failedPrecondition, "ORDER_PAID", "the order is paid; give the money back with a refund")
        case .orderNotPaid: refusal(.failedPrecondition, "ORDER_NOT_PAID", "the order is not paid; there is nothing to give back")
        case .orderClosed: refusal(.failedPrecondition, "ORDER_CLOSED", "the order is closed; make a new one")
        case .orderExpired: refusal(.failedPrecondition, "ORDER_EXPIRED", "the order has expired and is closed; make a new one")
        case .refundExceedsPaid(let remaining):
            refusal(
                .failedPrecondition, "REFUND_EXCEEDS_PAID", "refunds would exceed what was paid; \(remaining) fen are left",
                ["remaining_fen": String(remaining)])
        case .storage(let error): storageFailure(error)
        }
    }

    private func refusal(
        _ code: StatusCode, _ reason: String, _ message: String, _ metadata: [String: String] = [:]
    ) -> RPCError {
        RPCError(
            code: code, message: message,
            details: [GoogleRPC.ErrorInfo(reason: reason, domain: Self.domain, metadata: metadata)])
    }

    /// What may pass by itself or by an administrator's hand can be asked again; the rest is a defect.
    private func storageFailure(_ error: StorageError) -> RPCError {
        switch error.kind {
        case .busy, .full, .io, .closed, .overloaded:
            RPCError(code: .unavailable, message: "the channel cannot write now; ask again with the same number", cause: error)
        default:
            RPCError(code: .internal, message: "the channel's storage failed; its log has the reason", cause: error)
        }
    }
}
