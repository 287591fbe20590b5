/// The first thing that is wrong with a journal. Numbers are of entries, as the journal itself counts them.
package enum AuthorityJournalFault: Error, Sendable, Hashable {
    /// What this entry says is not what it said when it was written.
    case changed(UInt64)
    /// There is no entry of this number.
    case dropped(UInt64)
    /// An entry of this number stands where none belongs: one that was put in, or repeated.
    case inserted(UInt64)
    /// This entry stands before others that it came after.
    case moved(UInt64)
    /// This entry does not follow from the one before: one of the two was replaced, its own hash with it.
    case replaced(UInt64)
    /// The journal ends with this entry (0 for none), and there was one more at least.
    case cutShort(after: UInt64)
    /// The entry is whole, and its record cannot be read.
    case unreadable(UInt64, EpochError)
    /// SHA-256 failed: no memory.
    case library
}
