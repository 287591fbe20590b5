/// Reads a chain from its first entry to its end, and finds the first thing that is wrong with it. A value without I/O; entries are
/// given in the order in which they lie.
package struct HashChain<Kind: HashChainKind>: Sendable, Hashable {
    package typealias Entry = HashChainEntry<Kind>

    /// The last entry that was taken; 0 for none.
    package private(set) var number: UInt64 = 0
    package private(set) var hash = Entry.noHash
    private let mark: HashChainMark?

    /// - Parameter mark: where the chain is known to have been.
    package init(mark: HashChainMark? = nil) { self.mark = mark }

    /// Takes the next entry. Throws the fault; nothing was taken then.
    package mutating func take(_ entry: Entry) throws(HashChainFault) {
        let expected = number + 1
        guard entry.number == expected else { throw entry.number < expected ? .inserted(entry.number) : .dropped(expected) }
        guard try entry.computedHash() == entry.hash else { throw .changed(expected) }
        guard entry.previousHash == hash else { throw .replaced(expected) }
        if let mark, mark.number == expected, mark.hash != entry.hash { throw .replaced(expected) }
        (number, hash) = (expected, entry.hash)
    }

    /// The chain ends here.
    package func finish() throws(HashChainFault) {
        if let mark, mark.number > number { throw .cutShort(after: number) }
    }

    /// A fault that `take` has found in an entry, by those that stand behind it: what is missing may stand further on, and what does not
    /// follow may be one too many; then it was moved, or put in.
    /// - Parameter rest: that entry and all behind it.
    static func refined(_ fault: HashChainFault, _ entry: Entry, _ rest: ArraySlice<Entry>) -> HashChainFault {
        switch fault {
        case .dropped(let number): rest.contains { $0.number == number } ? .moved(entry.number) : fault
        case .replaced(let number): rest.dropFirst().contains { $0.number == number } ? .inserted(number) : fault
        default: fault
        }
    }
}
