package import SampanChannels
internal import SampanCrypto
package import SampanDomain
package import SampanHTTPClient

/// WeChat Pay APIv3, called.
package struct WeChatChannel: MerchantChannel {
    let pay: WeChatPay
    private let client: HTTPClient
    private let now: @Sendable () -> UnixTime

    package init(pay: WeChatPay, client: HTTPClient, now: @escaping @Sendable () -> UnixTime) {
        self.pay = pay
        self.client = client
        self.now = now
    }

    func makeOrder(_ order: ChannelOrder) async throws -> ChannelAnswer<String> {
        let answer = try await client.ask(try pay.makeOrder(order, payer: .native, now: now(), nonce: try Self.nonce()))
        return try pay.readOrder(answer, payer: .native, now: now())
    }

    func queryOrder(_ number: OutTradeNo, amount: Money) async throws -> ChannelAnswer<OrderState> {
        let answer = try await client.ask(try pay.queryOrder(number, now: now(), nonce: try Self.nonce()))
        return try pay.readQuery(answer, of: number, amount: amount, now: now())
    }

    func closeOrder(_ number: OutTradeNo) async throws -> ChannelAnswer<ChannelDone> {
        let answer = try await client.ask(try pay.closeOrder(number, now: now(), nonce: try Self.nonce()))
        return try pay.readClose(answer, now: now())
    }

    /// The query comes first: a refund that is known there is not asked for again, since requests for one order that come within a minute
    /// are refused, and six refused ones a second are all that a merchant has.
    func refund(_ refund: ChannelRefund) async throws -> ChannelAnswer<RefundReceipt> {
        let query = try await client.ask(try pay.queryRefund(refund.outRefundNo, now: now(), nonce: try Self.nonce()))
        let known = try pay.readRefund(query, of: refund, now: now())
        guard case .unknown = known else { return known }
        let answer = try await client.ask(try pay.makeRefund(refund, now: now(), nonce: try Self.nonce()))
        return try pay.readRefund(answer, of: refund, now: now())
    }

    /// 32 digits that nobody can guess.
    private static func nonce() throws(CryptoError) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        return String(decoding: try RandomBytes.make(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
