internal import SampanChannels
internal import SampanDomain

/// One payment channel as a merchant asks it: each call sends what is signed, and reads what is signed. Throws `HTTPClientError` where
/// there was no answer and `ChannelFault` where it was not believed.
protocol MerchantChannel: Sendable {
    /// What the payer's app hands to the channel.
    func makeOrder(_ order: ChannelOrder) async throws -> ChannelAnswer<String>
    func queryOrder(_ number: OutTradeNo, amount: Money) async throws -> ChannelAnswer<OrderState>
    func closeOrder(_ number: OutTradeNo) async throws -> ChannelAnswer<ChannelDone>
    /// Asks for the refund unless it is known there, and says how it stands. For repeating.
    func refund(_ refund: ChannelRefund) async throws -> ChannelAnswer<RefundReceipt>
}
