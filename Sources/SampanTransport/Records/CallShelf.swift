/// The calls that a node remembers, in bounded room that callers share: where there is no more, the caller who has most of it loses its
/// oldest. So nobody can have those of others forgotten but by having fewer than they. Sans-IO.
struct CallShelf {
    /// Of one caller, the oldest first.
    private struct Share {
        var records: [CallRecord] = []
        /// Of the oldest, in `records`: those before it are gone.
        var first = 0
        var bytes = 0

        var count: Int { records.count - first }
    }

    let maximumCount: Int
    let maximumBytes: Int
    private var shares: [String: Share] = [:]
    private(set) var count = 0
    private(set) var bytes = 0

    init(maximumCount: Int, maximumBytes: Int) { (self.maximumCount, self.maximumBytes) = (maximumCount, maximumBytes) }

    /// - Parameter owner: the caller's institution; empty for all who have none.
    mutating func add(_ record: CallRecord, of owner: String) {
        let size = record.bytes
        guard size <= maximumBytes, maximumCount > 0 else { return }
        shares[owner, default: Share()].records.append(record)
        shares[owner]?.bytes += size
        count += 1
        bytes += size
        while count > maximumCount || bytes > maximumBytes { dropOldest(of: heaviest(owner)) }
    }

    /// Whoever has most; asked of all only where it is not clearly the one who has just come.
    private func heaviest(_ owner: String) -> String {
        if let own = shares[owner], own.bytes * 2 > bytes { return owner }
        return shares.max { ($0.value.bytes, $0.key) < ($1.value.bytes, $1.key) }?.key ?? owner
    }

    private mutating func dropOldest(of owner: String) {
        guard var share = shares.removeValue(forKey: owner), share.count > 0 else { return }
        let size = share.records[share.first].bytes
        share.first += 1
        share.bytes -= size
        count -= 1
        bytes -= size
        guard share.count > 0 else { return }
        if share.first >= share.count {
            share.records.removeFirst(share.first)
            share.first = 0
        }
        shares[owner] = share
    }

    /// All of them, in no order.
    var records: [CallRecord] { shares.values.flatMap { $0.records[$0.first...] } }
}
