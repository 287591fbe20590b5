/// What a channel's answer means for who asked. Whatever the documents do not name is `askAgain`: money is never given up for a word
/// that nobody knows.
package enum ChannelAnswer<Value: Sendable>: Sendable {
    case done(Value)
    /// It goes on: ask for its state later.
    case notYet(ChannelCode)
    /// The channel has never heard of the order or the refund.
    case unknown(ChannelCode)
    /// The same request will never succeed.
    case refused(ChannelCode)
    /// Nothing is known about what was done: send the same request, with the same numbers, once more.
    case askAgain(ChannelCode)
}

extension ChannelAnswer: Equatable where Value: Equatable {}
extension ChannelAnswer: Hashable where Value: Hashable {}

/// An answer that says no more than that it was done.
package struct ChannelDone: Sendable, Hashable {
    package init() {}
}
