/// An entry that a ledger is known to have had. Written down elsewhere, it proves later that nobody has put an older file back.
package struct LedgerMark: Sendable, Hashable {
    package let number: Int64
    package let hash: [UInt8]

    package init(number: Int64, hash: [UInt8]) {
        self.number = number
        self.hash = hash
    }
}

/// A ledger that is whole.
package struct LedgerVerification: Sendable, Hashable {
    package let entries: Int64
    package let holds: Int64
    /// The last entry; nil for a ledger without one.
    package let mark: LedgerMark?
}
