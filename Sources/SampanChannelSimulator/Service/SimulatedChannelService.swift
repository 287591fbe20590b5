package import SampanAPI
internal import SampanDomain
package import SampanRPC

/// The merchant's side of the channel. Handlers run on the loop of their call and wait only for the store and the plan's delays.
package struct SimulatedChannelService: ChannelV1.ChannelServiceHandler {
    private let store: ChannelStore
    private let faults: FaultInjector
    private let time: SimulatorTime

    package init(store: ChannelStore, faults: FaultInjector, time: SimulatorTime) {
        self.store = store
        self.faults = faults
        self.time = time
    }

    package func createOrder(
        _ request: ChannelV1.CreateOrderRequest, context: CallContext
    ) async throws -> ChannelV1.CreateOrderResponse {
        let terms = try OrderTerms(request)
        let order = try await faults.answer(.createOrder, of: terms.outTradeNo) { () async throws(ChannelError) in
            try await store.create(terms, now: time.now())
        }
        return .init(order: order.message)
    }

    package func queryOrder(
        _ request: ChannelV1.QueryOrderRequest, context: CallContext
    ) async throws -> ChannelV1.QueryOrderResponse {
        let number = try OutTradeNo(checking: request.outTradeNo)
        let order = try await faults.answer(.queryOrder, of: number) { () async throws(ChannelError) in
            try await store.order(number, now: time.now())
        }
        return .init(order: order.message)
    }

    package func closeOrder(
        _ request: ChannelV1.CloseOrderRequest, context: CallContext
    ) async throws -> ChannelV1.CloseOrderResponse {
        let number = try OutTradeNo(checking: request.outTradeNo)
        let order = try await faults.answer(.closeOrder, of: number) { () async throws(ChannelError) in
            try await store.close(number, now: time.now())
        }
        return .init(order: order.message)
    }

    package func createRefund(
        _ request: ChannelV1.CreateRefundRequest, context: CallContext
    ) async throws -> ChannelV1.CreateRefundResponse {
        let terms = try RefundTerms(request)
        let delay = faults.refundDelay(of: terms.outTradeNo)
        let refund = try await faults.answer(.createRefund, of: terms.outTradeNo) { () async throws(ChannelError) in
            try await store.refund(terms, delay: delay, now: time.now())
        }
        return .init(refund: refund.message)
    }

    package func queryRefund(
        _ request: ChannelV1.QueryRefundRequest, context: CallContext
    ) async throws -> ChannelV1.QueryRefundResponse {
        let number = try RefundNo(checking: request.outRefundNo)
        // Faults go by the order; which one it is, only the refund tells.
        let order = try await store.refund(number, now: time.now()).terms.outTradeNo
        let refund = try await faults.answer(.queryRefund, of: order) { () async throws(ChannelError) in
            try await store.refund(number, now: time.now())
        }
        return .init(refund: refund.message)
    }
}
