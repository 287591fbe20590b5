/// The share of one worker: the rows with seq mod `count` == `worker`.
package struct Partition: Sendable, Hashable {
    /// Workers of one ferry at the most.
    package static let maximumCount = 64

    package let worker: Int64
    package let count: Int64

    /// Throws unless 1 <= count <= 64 and 0 <= worker < count.
    package init(worker: Int, of count: Int) throws(RequestStoreError) {
        guard (1...Self.maximumCount).contains(count) else {
            throw .invalidClaim("\(count) workers; right would be 1 to \(Self.maximumCount)")
        }
        guard (0..<count).contains(worker) else { throw .invalidClaim("worker \(worker); right would be 0 to \(count - 1)") }
        self.worker = Int64(worker)
        self.count = Int64(count)
    }

    package func contains(_ seq: Int64) -> Bool { seq % count == worker }

    /// The first number of this share at or after `seq`, for seq >= 0.
    func first(from seq: Int64) -> Int64 { seq + (worker - seq % count + count) % count }
}
