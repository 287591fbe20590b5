/// An epoch is written, in force, and everything that it denies is cut at this node.
package struct EpochAcknowledgement: Sendable, Hashable {
    package let number: UInt64
    package let hash: [UInt8]
    /// What it cut; all zero where it is acknowledged again.
    package let cut: EpochCut

    package init(number: UInt64, hash: [UInt8], cut: EpochCut) {
        self.number = number
        self.hash = hash
        self.cut = cut
    }
}

/// What an epoch cut at a node.
package struct EpochCut: Sendable, Hashable {
    package let connections: Int
    package let streams: Int
    /// From the arrival of the epoch until the last cut.
    package let milliseconds: Int64

    package init(connections: Int, streams: Int, milliseconds: Int64) {
        self.connections = connections
        self.streams = streams
        self.milliseconds = milliseconds
    }

    package static let nothing = EpochCut(connections: 0, streams: 0, milliseconds: 0)
}
