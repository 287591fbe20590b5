package import SampanMesh

/// The state behind one entry of the journal.
package struct AuthoritySnapshot: Sendable {
    package internal(set) var state = AuthorityState()
    /// The last entry; nil before the first.
    package internal(set) var head: AuthorityJournalEntry?

    /// Before everything.
    init() {}

    /// The number of the last entry; 0 before the first.
    package var number: UInt64 { head?.number ?? 0 }

    /// Takes in the entry that follows. Throws, with nothing changed, when it does not.
    mutating func follow(_ entry: AuthorityJournalEntry) throws(AuthorityJournalFault) {
        try AuthorityJournal.follow(entry, after: head, &state)
        head = entry
    }
}
