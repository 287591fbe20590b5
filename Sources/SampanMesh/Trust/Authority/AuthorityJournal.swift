/// Reads a journal as a whole.
package enum AuthorityJournal {
    /// Where a journal is known to have ended: kept elsewhere, on paper if need be.
    package struct Head: Sendable, Hashable {
        package let number: UInt64
        package let hash: [UInt8]

        package init(number: UInt64, hash: [UInt8]) {
            self.number = number
            self.hash = hash
        }
    }

    /// Returns when every entry from the first on says what it said when it was written, in the order in which it was written. Throws the
    /// first fault, which names the entry. With `head`, entries missing at the end are found too.
    package static func verify(_ entries: [AuthorityJournalEntry], head: Head? = nil) throws(AuthorityJournalFault) {
        var previous: AuthorityJournalEntry?
        for (index, entry) in entries.enumerated() {
            let expected = UInt64(index) + 1
            guard entry.number == expected else { throw misplaced(entry, expected, entries[index...]) }
            guard try isWhole(entry) else { throw .changed(expected) }
            guard entry.previousHash == previous?.hash ?? AuthorityJournalEntry.noHash else { throw unfollowed(entry, entries[index...]) }
            if let head, head.number == expected, head.hash != entry.hash { throw .replaced(expected) }
            previous = entry
        }
        if let head, head.number > entries.count { throw .cutShort(after: UInt64(entries.count)) }
    }

    /// The state that the entries make. Verifies them first.
    package static func replay(_ entries: [AuthorityJournalEntry]) throws(AuthorityJournalFault) -> AuthorityState {
        try verify(entries)
        var state = AuthorityState()
        for entry in entries {
            do throws(EpochError) { state.apply(try AuthorityRecord(serialized: entry.record)) } catch {
                throw .unreadable(entry.number, error)
            }
        }
        return state
    }

    /// Takes one more entry into a state that those up to `head` have made. The state is as it was when this throws.
    package static func follow(
        _ entry: AuthorityJournalEntry, after head: AuthorityJournalEntry?, _ state: inout AuthorityState
    ) throws(AuthorityJournalFault) {
        let expected = (head?.number ?? 0) + 1
        guard entry.number == expected else { throw entry.number < expected ? .inserted(entry.number) : .dropped(expected) }
        guard try isWhole(entry) else { throw .changed(expected) }
        guard entry.previousHash == head?.hash ?? AuthorityJournalEntry.noHash else { throw .replaced(expected) }
        do throws(EpochError) { state.apply(try AuthorityRecord(serialized: entry.record)) } catch {
            throw .unreadable(expected, error)
        }
    }

    private static func isWhole(_ entry: AuthorityJournalEntry) throws(AuthorityJournalFault) -> Bool {
        do throws(EpochError) { return try entry.computedHash() == entry.hash } catch { throw .library }
    }

    /// A wrong number where `expected` should stand.
    private static func misplaced(
        _ entry: AuthorityJournalEntry, _ expected: UInt64, _ rest: ArraySlice<AuthorityJournalEntry>
    ) -> AuthorityJournalFault {
        if entry.number < expected { return .inserted(entry.number) }
        return rest.contains { $0.number == expected } ? .moved(entry.number) : .dropped(expected)
    }

    /// The right number, whole, and not behind the entry before it. Two of one number tell that this one was put in.
    private static func unfollowed(
        _ entry: AuthorityJournalEntry, _ rest: ArraySlice<AuthorityJournalEntry>
    ) -> AuthorityJournalFault {
        rest.dropFirst().contains { $0.number == entry.number } ? .inserted(entry.number) : .replaced(entry.number)
    }
}
