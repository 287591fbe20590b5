package import SampanAPI
internal import SampanDomain
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
        do throws(DomainError) {
            engine.hint(try OutTradeNo(request.outTradeNo))
        } catch {
            throw RPCError(code: .invalidArgument, message: "\(error.field) \(error.message)")
        }
        return ChannelV1.NotifyOrderResponse()
    }
}
