internal import SampanStorage

/// The newest fence of each worker that the HIS has seen.
enum HISFences {
    /// Whether the fence is not older than the newest of its worker, which it is from then on. Part of the transaction that acts under it.
    static func admit(_ fence: FerryFence, _ tx: borrowing Transaction) throws -> Bool {
        let newest = try tx.first("SELECT fence FROM ferry_fences WHERE worker = ?", .integer(fence.worker)) { try $0.int64(0) } ?? 0
        guard fence.number > newest else { return fence.number == newest }
        try tx.execute(
            "INSERT INTO ferry_fences (worker, fence) VALUES (?, ?) ON CONFLICT (worker) DO UPDATE SET fence = excluded.fence",
            .integer(fence.worker), .integer(fence.number))
        return true
    }

    static func newest(_ tx: borrowing Transaction) throws -> Int64 {
        try tx.first("SELECT COALESCE(MAX(fence), 0) FROM ferry_fences") { try $0.int64(0) } ?? 0
    }
}
