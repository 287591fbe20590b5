/// Why something that came in a payment channel's name was not believed. Holds no key, no body and nothing of the payer: it may be
/// logged.
package enum ChannelFault: Error, Sendable, Hashable {
    /// Signed by a key that was never given to us, by its id.
    case unknownSerial
    /// Signed by a key of ours whose time has not come, or is over.
    case keyNotValid
    /// Not signed, or the bytes are not what the key signed.
    case badSignature
    /// The moment in it is further from ours than `CallbackWindow.skewSeconds`.
    case staleTimestamp
    /// The same nonce was taken before.
    case replayed
    /// More callbacks within the window than there is room to remember: none is taken until some have aged.
    case overloaded
    /// A text too long, too deep, or not of the documented form; what, in words of our own.
    case malformed(String)
    /// The sealed part does not open with our APIv3 key.
    case undecryptable
    /// Meant for another merchant (mchid, seller_id).
    case wrongMerchant
    /// Meant for another application (appid, app_id).
    case wrongApp
    /// Another amount than the order's, or one that no order can have.
    case wrongAmount
    /// Not in yuan.
    case wrongCurrency
    /// Tells of an order, or a refund, other than the one that was asked about.
    case wrongOrder
    /// Tells of an order that nobody here has made.
    case unknownOrder
    /// A state or kind of event that the documents do not have.
    case unknownState
    /// Our own key or OpenSSL failed; nothing can be said about the other side.
    case ownFailure
}
