import SampanChannels
import SampanDomain
import SampanFerry
import Synchronization
import Testing

@testable import SampanChannelSimulator
@testable import SampanServices

@Suite("FE-05 · the saga over the channels' own protocols", .timeLimit(.minutes(20)))
struct MerchantChannelsTests {
    /// Forty failures an hour apart at the most: more than a day.
    private static let day: Int64 = 86_400

    /// Runs an engine, and an inside that decides, on an order that was made and paid.
    private func settle(_ merchant: MerchantBench, _ outcome: @escaping @Sendable (ClaimedRow) -> RequestOutcome?) async throws
        -> PaymentRecord
    {
        let bench = merchant.bench
        let engine = merchant.makeEngine()
        let made = try await engine.checkOut(try await bench.create(1))
        #expect(made.checkoutToken?.hasPrefix("weixin://wxpay/bizpayurl?pr=") == true)
        _ = try await merchant.books.pay(made.outTradeNo, now: bench.clock.now)
        let mover = Task { await engine.run() }
        let inside = Task { await bench.inside(outcome) }
        engine.start(made.outTradeNo)
        let final = try await bench.final(1)
        mover.cancel()
        inside.cancel()
        await mover.value
        await inside.value
        return final
    }

    @Test("a day of silence: nobody tells of the payment and every question fails; then it is posted, once")
    func silence() async throws {
        try await MerchantBench.with("*,query_order,FAIL,40,\n") { merchant in
            let start = merchant.bench.clock.now
            let final = try await settle(merchant) { .posted(PaymentBench.receipt($0.seq)) }
            guard case .posted = final.state else { throw ChannelFault.unknownState }
            #expect(merchant.bench.clock.now.seconds - start.seconds > Self.day)
            let refunds = try await merchant.books.books().refunds
            #expect(refunds.isEmpty)
        }
    }

    @Test("RF-01 RF-02 RF-03: a refund that a day of failures, lost answers and forgeries meets arrives once, the way the money came")
    func refund() async throws {
        let plan = "*,create_refund,LOST_ANSWER,1,\n*,query_refund,FAIL,30,\n*,query_refund,FORGED,10,\n"
        try await MerchantBench.with(plan) { merchant in
            let start = merchant.bench.clock.now
            let final = try await settle(merchant) { _ in .rejected(OutcomeReason(constant: "NO_QUOTA", "none left")) }
            guard case .refunded(_, let number) = final.state else { throw ChannelFault.unknownState }
            #expect(merchant.bench.clock.now.seconds - start.seconds > Self.day)
            let refunds = try await merchant.books.books().refunds
            #expect(refunds.count == 1 && refunds.first?.outRefundNo == number.text && refunds.first?.amount == final.amount)
        }
    }

    @Test("while the channel's clock is 6 minutes off nothing is believed; afterwards all goes on")
    func skew() async throws {
        try await MerchantBench.with(skew: .seconds(360)) { merchant in
            let bench = merchant.bench
            let payment = try await bench.create(1)
            await #expect(throws: (any Error).self) { try await merchant.channels.queryOrder(payment.outTradeNo) }
            merchant.channelClock.skew.withLock { $0 = .seconds(240) }
            let status = try await merchant.channels.queryOrder(payment.outTradeNo)
            #expect(status == .unknown)
        }
    }

    @Test("another amount than the order's is not believed, whoever signed it")
    func otherAmount() async throws {
        try await MerchantBench.with { merchant in
            let payment = try await merchant.bench.create(1, fen: 500)
            let now = merchant.bench.clock.now
            let terms = try OrderTerms(
                outTradeNo: payment.outTradeNo, channel: .wechatPay, amountFen: 499, description: "x", expiresAt: nil)
            _ = try await merchant.books.create(terms, now: now)
            _ = try await merchant.books.pay(payment.outTradeNo, now: now)
            await #expect(throws: (any Error).self) { try await merchant.channels.queryOrder(payment.outTradeNo) }
        }
    }

    private func notification(_ merchant: MerchantBench, _ number: OutTradeNo, _ spoiling: MessageSpoiling = .none) async throws
        -> ChannelMessage
    {
        let order = try await merchant.books.order(number, now: merchant.bench.clock.now)
        let body = try merchant.wire.notification(
            WeChatCounter.transaction(order), event: "TRANSACTION.SUCCESS", type: "transaction", id: "EV-1")
        return ChannelMessage(headers: try merchant.wire.stamp(body, spoiling).map { ChannelHeader($0.name, $0.value) }, body: body)
    }

    @Test("a notification of an order that is not ours, or cost something else, is refused, however well it is signed")
    func books() async throws {
        try await MerchantBench.with { merchant in
            let bench = merchant.bench
            let desk = MerchantNotifications(
                store: bench.payments, engine: merchant.makeEngine(), weChat: merchant.weChat, alipay: nil, now: { bench.clock.now },
                log: bench.log.logger)
            let terms = try OrderTerms(
                outTradeNo: try OutTradeNo("SP9"), channel: .wechatPay, amountFen: 500, description: "x", expiresAt: nil)
            _ = try await merchant.books.create(terms, now: bench.clock.now)
            _ = try await merchant.books.pay(terms.outTradeNo, now: bench.clock.now)
            let unknown = await desk.receive(try await notification(merchant, terms.outTradeNo), from: .weChat)
            #expect(unknown == WeChatCallbacks.refused)
            _ = try await bench.create(9, fen: 501)
            let cheap = await desk.receive(try await notification(merchant, terms.outTradeNo), from: .weChat)
            #expect(cheap == WeChatCallbacks.refused)
        }
    }

    @Test("a notification moves the payment; forged, skewed and replayed ones are refused")
    func notifications() async throws {
        try await MerchantBench.with { merchant in
            let bench = merchant.bench
            let engine = merchant.makeEngine()
            let desk = MerchantNotifications(
                store: bench.payments, engine: engine, weChat: merchant.weChat, alipay: nil, now: { bench.clock.now }, log: bench.log.logger
            )
            let made = try await engine.checkOut(try await bench.create(1))
            _ = try await merchant.books.pay(made.outTradeNo, now: bench.clock.now)
            for spoiling in [MessageSpoiling.forged, .skewed(.seconds(301)), .skewed(.seconds(-301))] {
                let told = try await notification(merchant, made.outTradeNo, spoiling)
                let reply = await desk.receive(told, from: .weChat)
                #expect(reply == WeChatCallbacks.refused)
            }
            let untouched = try await bench.payments.payment(made.outTradeNo).state
            #expect(untouched == .created)
            let good = try await notification(merchant, made.outTradeNo)
            let first = await desk.receive(good, from: .weChat)
            #expect(first == WeChatCallbacks.accepted)
            let replay = await desk.receive(good, from: .weChat)
            #expect(replay == WeChatCallbacks.refused)
            let again = await desk.receive(try await notification(merchant, made.outTradeNo), from: .weChat)
            #expect(again == WeChatCallbacks.accepted)
            let other = await desk.receive(good, from: .alipay)
            #expect(other == nil)
            // The hint has a mover look there.
            let mover = Task { await engine.run() }
            let paid = try await bench.reached(1) { $0.state.channelPayment != nil }
            #expect(paid.state.channelPayment?.transactionID.hasPrefix("4200") == true)
            mover.cancel()
            await mover.value
        }
    }
}
