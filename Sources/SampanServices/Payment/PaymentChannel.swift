package import SampanDomain
package import SampanRPC

/// A payment channel as the saga needs it. One conformance per way of reaching WeChat Pay and Alipay. Every method may be repeated
/// with the same arguments: the channel does a thing once.
package protocol PaymentChannel: Sendable {
    /// Makes the order that a payer can pay until `expiry`; returns what the payer's app hands to the channel.
    func createOrder(_ payment: PaymentRecord, expiry: UnixTime) async throws(RPCError) -> String
    /// What the channel knows of an order: the only truth about whether it is paid.
    func queryOrder(_ outTradeNo: OutTradeNo) async throws(RPCError) -> ChannelOrderStatus
    /// Closes an order that nobody paid; throws FAILED_PRECONDITION when somebody did.
    func closeOrder(_ outTradeNo: OutTradeNo) async throws(RPCError)
    /// Gives the whole amount back; true when the channel has done so, false while it is at it.
    func refund(_ outTradeNo: OutTradeNo, as number: RefundNo, amount: Money) async throws(RPCError) -> Bool
}

/// Where an order stands at the channel.
package enum ChannelOrderStatus: Sendable, Hashable {
    case notPaid
    case paid(ChannelPayment, amount: Money)
    case closed
    /// The channel has never heard of it.
    case unknown
}
