/// What one JSON text, or one message that becomes JSON, may cost.
public struct JSONLimits: Sendable, Hashable {
    /// Bytes of a text that is read. Default 8 MiB: twice the largest message that a server takes by default (4 MiB), since JSON is
    /// longer than wire format.
    public var maximumTextBytes: Int
    /// Levels of objects and lists in one another, and of messages. Default 64, as the codec has it; never taken above 100, which fits
    /// the stack of any thread.
    public var maximumDepth: Int { didSet { maximumDepth = min(maximumDepth, 100) } }
    /// Values, members and elements altogether. Default 1,000,000, as the codec has it.
    public var maximumValues: Int
    /// Bytes of a text that is written. Default 64 MiB: defaults that are written out turn two bytes into hundreds.
    public var maximumOutputBytes: Int

    public init(
        maximumTextBytes: Int = 8 << 20, maximumDepth: Int = 64, maximumValues: Int = 1_000_000, maximumOutputBytes: Int = 64 << 20
    ) {
        self.maximumTextBytes = maximumTextBytes
        self.maximumDepth = min(maximumDepth, 100)
        self.maximumValues = maximumValues
        self.maximumOutputBytes = maximumOutputBytes
    }

    public static let `default` = JSONLimits()
}
