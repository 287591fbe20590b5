/// Where a chain is known to have been: an entry's number and hash, kept elsewhere, on paper if need be. It shows what a chain cannot see
/// of itself, that its end is missing.
package struct HashChainMark: Sendable, Hashable {
    package let number: UInt64
    package let hash: [UInt8]

    package init(number: UInt64, hash: [UInt8]) {
        self.number = number
        self.hash = hash
    }
}
