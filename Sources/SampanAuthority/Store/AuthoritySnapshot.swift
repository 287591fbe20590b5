package import SampanMesh

/// The state behind one entry of the journal.
package struct AuthoritySnapshot: Sendable {
    package internal(set) var state = AuthorityState()
    /// Up to that entry.
    package internal(set) var chain = HashChain<AuthorityJournalKind>()

    /// Before everything.
    init() {}

    /// The number of the last entry; 0 before the first.
    package var number: UInt64 { chain.number }

    /// Takes in the entry that follows. Throws, with nothing changed, when it does not.
    mutating func follow(_ entry: AuthorityJournalEntry) throws(HashChainFault) { try AuthorityJournal.follow(entry, &chain, &state) }
}
