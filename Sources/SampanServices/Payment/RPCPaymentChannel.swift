internal import SampanAPI
package import SampanDomain
internal import SampanFerry
package import SampanRPC

/// The channels reached through `sampan.channel.v1.ChannelService`.
package struct RPCPaymentChannel: PaymentChannel {
    private let client: ChannelV1.ChannelServiceClient

    /// Time for one question to the channel. 5 s: channels answer within one, and the saga asks again.
    private static let options = CallOptions(timeout: .seconds(5))

    package init(_ caller: any Caller) {
        client = ChannelV1.ChannelServiceClient(caller)
    }

    package func createOrder(_ payment: PaymentRecord, expiry: UnixTime) async throws(RPCError) -> String {
        let request = ChannelV1.CreateOrderRequest(
            outTradeNo: payment.outTradeNo.text, channel: payment.channel.message, amountFen: payment.amount.fen,
            description: payment.kind.rawValue, expiresAt: expiry.message)
        guard let order = try await client.createOrder(request, options: Self.options).order, !order.checkoutToken.isEmpty else {
            throw RPCError(code: .internal, message: "the channel made an order without a checkout token")
        }
        return order.checkoutToken
    }

    package func queryOrder(_ outTradeNo: OutTradeNo) async throws(RPCError) -> ChannelOrderStatus {
        let response: ChannelV1.QueryOrderResponse
        do throws(RPCError) {
            response = try await client.queryOrder(ChannelV1.QueryOrderRequest(outTradeNo: outTradeNo.text), options: Self.options)
        } catch {
            if error.code == .notFound { return .unknown }
            throw error
        }
        guard let order = response.order, order.outTradeNo == outTradeNo.text else {
            throw RPCError(code: .internal, message: "the channel answered about another order")
        }
        switch order.state {
        case .notPaid: return .notPaid
        case .closed: return .closed
        case .paid: return try Self.paid(order)
        case .unspecified, .unrecognized:
            throw RPCError(code: .internal, message: "the channel answered with a state that is not known here")
        }
    }

    package func closeOrder(_ outTradeNo: OutTradeNo) async throws(RPCError) {
        _ = try await client.closeOrder(ChannelV1.CloseOrderRequest(outTradeNo: outTradeNo.text), options: Self.options)
    }

    package func refund(_ outTradeNo: OutTradeNo, as number: RefundNo, amount: Money) async throws(RPCError) -> Bool {
        let request = ChannelV1.CreateRefundRequest(
            outTradeNo: outTradeNo.text, outRefundNo: number.text, amountFen: amount.fen, reason: "HIS_NOT_POSTED")
        guard let refund = try await client.createRefund(request, options: Self.options).refund,
            refund.outRefundNo == number.text, refund.amountFen == amount.fen
        else { throw RPCError(code: .internal, message: "the channel answered about another refund") }
        return refund.state == .succeeded
    }

    private static func paid(_ order: ChannelV1.ChannelOrder) throws(RPCError) -> ChannelOrderStatus {
        do throws(DomainError) {
            let paidAt = try UnixTime(required: order.paidAt, field: "paid_at")
            guard !order.transactionID.isEmpty else { throw DomainError(field: "transaction_id", message: "is missing") }
            return .paid(
                ChannelPayment(transactionID: order.transactionID, paidAt: paidAt), amount: Money(fen: order.amountFen))
        } catch {
            throw RPCError(code: .internal, message: "the channel's answer is wrong: \(error.field) \(error.message)")
        }
    }
}
