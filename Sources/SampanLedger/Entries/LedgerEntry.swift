package import SampanDomain

/// An entry that stands in the books.
package struct LedgerEntry: Sendable, Equatable {
    /// 1, 2, 3, … in the order in which they were committed.
    package let number: Int64
    /// What was asked to be booked.
    package let content: NewEntry
    /// Later than that of the entry before, so that a moment names the books exactly.
    package let recordedAt: UnixTime
    /// SHA-256 over the hash before it and all that the entry says.
    package let hash: [UInt8]

    /// The entry that this one takes back.
    package var reverses: Int64? { content.reverses }
}
