/// Reads a journal as a whole.
package enum AuthorityJournal {
    /// Returns when every entry from the first on says what it said when it was written, in the order in which it was written. Throws the
    /// first fault, which names the entry. With `mark`, entries missing at the end are found too.
    package static func verify(_ entries: [AuthorityJournalEntry], mark: HashChainMark? = nil) throws(HashChainFault) {
        var chain = HashChain<AuthorityJournalKind>(mark: mark)
        for (index, entry) in entries.enumerated() {
            do throws(HashChainFault) { try chain.take(entry) } catch {
                throw HashChain.refined(error, entry, entries[index...])
            }
        }
        try chain.finish()
    }

    /// The state that the entries make. Verifies them first.
    package static func replay(_ entries: [AuthorityJournalEntry]) throws(HashChainFault) -> AuthorityState {
        try verify(entries)
        var state = AuthorityState()
        for entry in entries { try apply(entry, to: &state) }
        return state
    }

    /// Takes one more entry into a chain and the state that it makes. Both are as they were when this throws.
    package static func follow(
        _ entry: AuthorityJournalEntry, _ chain: inout HashChain<AuthorityJournalKind>, _ state: inout AuthorityState
    ) throws(HashChainFault) {
        var next = chain
        try next.take(entry)
        try apply(entry, to: &state)
        chain = next
    }

    private static func apply(_ entry: AuthorityJournalEntry, to state: inout AuthorityState) throws(HashChainFault) {
        do throws(EpochError) { state.apply(try AuthorityRecord(serialized: entry.record)) } catch {
            throw .unreadable(entry.number, "\(error)")
        }
    }
}
