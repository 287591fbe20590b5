/// How a signed message is spoilt on its way out.
package enum MessageSpoiling: Sendable, Hashable {
    case none
    /// Signed by a stranger.
    case forged
    /// The moment in it is off by so much.
    case skewed(Duration)
}
