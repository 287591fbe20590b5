/// What a worker asks for.
package struct RowClaim: Sendable, Hashable {
    /// Rows of one claim at the most.
    package static let maximumLimit = 1_024
    /// Far above any that is ever reached, and far below where numbers run over.
    private static let maximumFence: Int64 = 1 << 62

    package let partition: Partition
    package let limit: Int
    /// Nil for a program without leases: it gets what is open of its share, and no fence.
    package let session: WorkerSession?
    /// Takes rows of other workers, which nobody holds, when its own share has none.
    package let helps: Bool
    /// The newest fence that the HIS has seen of any worker. Those of this gateway are above it, also when it has started anew and counts
    /// from the beginning.
    package let fenceAbove: Int64

    /// Throws `.invalidClaim` for a limit that is not 1 to 1024, and for a fence that no gateway has given.
    package init(
        _ partition: Partition, limit: Int, session: WorkerSession? = nil, helps: Bool = false, fenceAbove: Int64 = 0
    ) throws(RequestStoreError) {
        guard (1...Self.maximumLimit).contains(limit) else {
            throw .invalidClaim("limit \(limit); right would be 1 to \(Self.maximumLimit)")
        }
        guard (0...Self.maximumFence).contains(fenceAbove) else { throw .invalidClaim("a fence that no gateway has given") }
        self.partition = partition
        self.limit = limit
        self.session = session
        self.helps = helps
        self.fenceAbove = fenceAbove
    }
}
