/// What contracts from outside may cost. A node serves some twenty files of some 10 KiB; these leave room for a hundred times that.
public struct DescriptorLimits: Sendable, Hashable {
    /// Files altogether.
    public var maximumFiles: Int
    /// Bytes of all files together.
    public var maximumBytes: Int
    /// Messages, fields, enums, values, services and methods altogether.
    public var maximumSymbols: Int
    /// Messages declared in one another. protoc itself stops at 32.
    public var maximumNesting: Int

    public init(maximumFiles: Int = 2_000, maximumBytes: Int = 16 << 20, maximumSymbols: Int = 200_000, maximumNesting: Int = 32) {
        self.maximumFiles = maximumFiles
        self.maximumBytes = maximumBytes
        self.maximumSymbols = maximumSymbols
        self.maximumNesting = min(maximumNesting, 100)
    }

    public static let `default` = DescriptorLimits()
}
