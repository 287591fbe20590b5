/// How one call is to be made.
public struct CallOptions: Sendable {
    /// Longest time from now until the status; nil takes what is left of the call being handled by this task,
    /// or else the channel's default. The shorter of this and the surrounding call's deadline counts.
    public var timeout: Duration?
    /// Sent before the first message.
    public var metadata: Metadata
    /// Largest answer message accepted, in bytes; nil takes the channel's limit.
    public var maximumResponseBytes: Int?
    /// Whether to wait for a connection instead of failing while there is none.
    public var waitForReady: Bool

    public init(timeout: Duration? = nil, metadata: Metadata = Metadata(), maximumResponseBytes: Int? = nil, waitForReady: Bool = false) {
        self.timeout = timeout
        self.metadata = metadata
        self.maximumResponseBytes = maximumResponseBytes
        self.waitForReady = waitForReady
    }

    public static let defaults = CallOptions()
}
