import SampanAPI
import SampanRPC
import SampanTransport
import Synchronization

/// The merchant's side of notifications: counts them, and answers OK when told to.
final class Merchant: ChannelV1.ChannelNotificationServiceHandler {
    let notified: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation
    private let isOpen: Mutex<Bool>

    init(isOpen: Bool = true) {
        (notified, continuation) = AsyncStream.makeStream()
        self.isOpen = Mutex(isOpen)
    }

    func open() { isOpen.withLock { $0 = true } }

    func notifyOrder(_ request: ChannelV1.NotifyOrderRequest, context: CallContext) async throws -> ChannelV1.NotifyOrderResponse {
        continuation.yield(request.outTradeNo)
        guard isOpen.withLock({ $0 }) else { throw RPCError(code: .unavailable, message: "not now") }
        return .init()
    }
}
