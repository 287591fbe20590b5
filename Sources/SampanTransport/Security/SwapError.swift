/// Why new credentials were not taken; what was in force before still is.
public struct SwapError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What failed.
    public enum Step: String, Sendable, Hashable, CaseIterable {
        /// They name another node than before.
        case identity
        /// OpenSSL does not take certificate, key or roots for a listener.
        case serverContext
        /// The same for a channel.
        case clientContext
        /// A handshake with itself in memory: the certificate, shown by a channel, is not accepted by a listener with the same roots.
        case shownAsClient
        /// The other way: the certificate, shown by a listener, is not accepted by a channel.
        case shownAsServer
        /// Both were let in, and yet bytes did not come through.
        case exchange
    }

    public let step: Step
    public let description: String

    init(_ step: Step, _ description: String) {
        self.step = step
        self.description = description
    }
}
