package import SampanChannels
package import SampanDomain
package import SampanHTTPClient

/// Alipay's gateway, called.
package struct AlipayChannel: MerchantChannel {
    let alipay: Alipay
    private let client: HTTPClient
    private let now: @Sendable () -> UnixTime

    package init(alipay: Alipay, client: HTTPClient, now: @escaping @Sendable () -> UnixTime) {
        self.alipay = alipay
        self.client = client
        self.now = now
    }

    func makeOrder(_ order: ChannelOrder) async throws -> ChannelAnswer<String> {
        let answer = try await client.ask(try alipay.makeOrder(order, payer: .code, now: now()))
        return try alipay.readOrder(answer, of: order.outTradeNo, payer: .code, now: now())
    }

    func queryOrder(_ number: OutTradeNo, amount: Money) async throws -> ChannelAnswer<OrderState> {
        try alipay.readQuery(try await client.ask(try alipay.queryOrder(number, now: now())), of: number, amount: amount, now: now())
    }

    func closeOrder(_ number: OutTradeNo) async throws -> ChannelAnswer<ChannelDone> {
        try alipay.readClose(try await client.ask(try alipay.closeOrder(number, now: now())), of: number, now: now())
    }

    /// A repeat of the request moves no money and does not say whether the first did: whatever is not "done" is followed by a query,
    /// which also finds what a refusal (of a repeat with other terms) hides.
    func refund(_ refund: ChannelRefund) async throws -> ChannelAnswer<RefundReceipt> {
        let made = try alipay.readRefund(try await client.ask(try alipay.makeRefund(refund, now: now())), of: refund, now: now())
        if case .done = made { return made }
        let known = try alipay.readRefundQuery(try await client.ask(try alipay.queryRefund(refund, now: now())), of: refund, now: now())
        if case .done = known { return known }
        return made
    }
}
