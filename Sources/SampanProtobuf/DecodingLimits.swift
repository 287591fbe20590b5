/// What one message from outside may cost. Checked before memory is spent, so hostile bytes cost little more than their length.
public struct DecodingLimits: Sendable, Hashable {
    /// Levels of messages (and unknown groups) in one another, the outermost counted. Default 64: our contracts nest
    /// 5 deep, and 64 levels of protobuf-c (0.95 KB of stack each) fit into any thread's stack. Never taken above 100.
    public var maximumDepth: Int { didSet { maximumDepth = min(maximumDepth, 100) } }
    /// Fields and packed elements altogether. Default 1,000,000: the largest list that a service returns has some
    /// ten thousand rows of some ten fields; a bomb of empty messages reaches a million within 2 MB.
    public var maximumElements: Int
    /// Bytes for the structs of protobuf-c and for the Swift values made from them. Default 64 MiB: the largest
    /// message a server accepts by default (4 MiB) needs a few times its size; a bomb asks for seventy times.
    public var maximumMemoryBytes: Int

    public init(maximumDepth: Int = 64, maximumElements: Int = 1_000_000, maximumMemoryBytes: Int = 64 << 20) {
        self.maximumDepth = min(maximumDepth, 100)
        self.maximumElements = maximumElements
        self.maximumMemoryBytes = maximumMemoryBytes
    }

    public static let `default` = DecodingLimits()
}
