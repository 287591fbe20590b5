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
    /// How requests are sent; each message may still be sent as it is (`FramedMessage.isCompressible`). Answers are taken in any
    /// known encoding.
    /// A secret must not be compressed beside text that an eavesdropper chooses: leave it off for such calls.
    public var compression: MessageEncoding

    public init(
        timeout: Duration? = nil, metadata: Metadata = Metadata(), maximumResponseBytes: Int? = nil, waitForReady: Bool = false,
        compression: MessageEncoding = .identity
    ) {
        self.timeout = timeout
        self.metadata = metadata
        self.maximumResponseBytes = maximumResponseBytes
        self.waitForReady = waitForReady
        self.compression = compression
    }

    public static let defaults = CallOptions()
}
