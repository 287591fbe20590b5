package import Logging
package import SampanChannels
package import SampanDomain
internal import SampanFerry
internal import SampanRPC
internal import Synchronization

/// Where WeChat Pay and Alipay post what happened: checks it, holds it against the books, and gives the saga a hint. What was told is
/// taken once the channel was asked and money that it has is on disk; only then the channel hears so.
package final class MerchantNotifications: Sendable {
    private let store: PaymentStore
    private let engine: PaymentEngine
    /// Nil inside where this gateway is no merchant of WeChat Pay.
    private let weChat: Mutex<WeChatCallbacks?>
    private let alipay: AlipayCallbacks?
    private let now: @Sendable () -> UnixTime
    private let log: Logger

    package init(
        store: PaymentStore, engine: PaymentEngine, weChat: WeChatChannel?, alipay: AlipayChannel?, now: @escaping @Sendable () -> UnixTime,
        log: Logger
    ) {
        self.store = store
        self.engine = engine
        self.weChat = Mutex(weChat.map { WeChatCallbacks(pay: $0.pay) })
        self.alipay = alipay.map { AlipayCallbacks(alipay: $0.alipay) }
        self.now = now
        self.log = log
    }

    package enum Source: String, Sendable {
        case weChat = "wechat"
        case alipay
    }

    /// The answer to what was posted; nil where this gateway is no merchant of that channel.
    package func receive(_ message: ChannelMessage, from source: Source) async -> ChannelReply? {
        switch source {
        case .weChat:
            guard weChat.withLock({ $0 != nil }) else { return nil }
            return await take(source, accepted: WeChatCallbacks.accepted, refused: WeChatCallbacks.refused) { () throws(ChannelFault) in
                try weChat.withLock { callbacks throws(ChannelFault) in try callbacks?.receive(message, now: now()) }
            }
        case .alipay:
            guard let alipay else { return nil }
            return await take(source, accepted: AlipayCallbacks.accepted, refused: AlipayCallbacks.refused) { () throws(ChannelFault) in
                try alipay.receive(message, now: now())
            }
        }
    }

    private func take(
        _ source: Source, accepted: ChannelReply, refused: ChannelReply, _ read: () throws(ChannelFault) -> ChannelNotification?
    ) async -> ChannelReply {
        do {
            guard let told = try read() else { return refused }
            do {
                try told.check(try await known(told.outTradeNo))
                try await engine.hint(told.outTradeNo)
            } catch {
                weChat.withLock { $0?.release(told) }
                throw error
            }
            return accepted
        } catch let fault as ChannelFault {
            // The fault is a word of ours; nothing of what came is in it.
            log.warning("a notification was refused", metadata: ["channel": "\(source.rawValue)", "fault": "\(fault)"])
            return refused
        } catch {
            log.error("a notification could not be kept", metadata: ["channel": "\(source.rawValue)", "reason": "\(error)"])
            return refused
        }
    }

    /// What our books say of an order; nil for none of ours. Throws `PaymentStoreError.storage`.
    private func known(_ number: OutTradeNo) async throws(PaymentStoreError) -> KnownOrder? {
        do throws(PaymentStoreError) {
            let payment = try await store.payment(number)
            var refunds: [RefundNo: Money] = [:]
            if let refundNo = payment.state.refundNo { refunds[refundNo] = payment.amount }
            return KnownOrder(outTradeNo: number, amount: payment.amount, refunds: refunds)
        } catch .unknownPayment { return nil }
    }
}
