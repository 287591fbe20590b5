/// What an archive may ask of its reader.
package struct ZipLimits: Sendable, Hashable {
    /// Entries at the most.
    package let entries: Int
    /// Inflated bytes of one entry at the most.
    package let entryBytes: Int
    /// Inflated bytes for each compressed one at the most, beyond the first mebibyte. Deflate can make 1,032 of one.
    package let ratio: Int

    /// Of a payment channel's bill: two or a few entries, below what 32 bits count; such text shrinks to a fifth, hardly to a fiftieth.
    package static let bill = ZipLimits(entries: 64, entryBytes: Int(UInt32.max) - 1, ratio: 200)

    package init(entries: Int, entryBytes: Int, ratio: Int) {
        self.entries = entries
        self.entryBytes = entryBytes
        self.ratio = ratio
    }

    /// The most that an entry of so many compressed bytes may inflate to.
    package func bound(compressed: Int) -> Int {
        let (product, overflow) = compressed.multipliedReportingOverflow(by: ratio)
        return min(entryBytes, overflow ? entryBytes : max(product, 1_024 * 1_024))
    }
}
