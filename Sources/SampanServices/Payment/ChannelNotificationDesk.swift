package import SampanAPI
internal import SampanDomain
internal import SampanFerry
package import SampanRPC

/// `sampan.channel.v1.ChannelNotificationService`: where a channel says that something happened to an order. Only ever a hint: the
/// saga asks the channel itself, so that a forged, late or doubled notification does nothing.
package struct ChannelNotificationDesk: ChannelV1.ChannelNotificationServiceHandler {
    private let engine: PaymentEngine

    package init(engine: PaymentEngine) {
        self.engine = engine
    }

    package func notifyOrder(
        _ request: ChannelV1.NotifyOrderRequest, context: CallContext
    ) async throws -> ChannelV1.NotifyOrderResponse {
        do {
            try await engine.hint(OutTradeNo(request.outTradeNo))
        } catch let error as DomainError {
            throw RPCError(invalid: error)
        } catch let error as PaymentStoreError {
            throw error.rpcError
        } catch let error as RPCError {
            // The channel's own code is about our call to it.
            throw RPCError(.unavailable, reason: "CHANNEL_UNAVAILABLE", "the channel could not be asked about the order", cause: error)
        }
        return ChannelV1.NotifyOrderResponse()
    }
}
