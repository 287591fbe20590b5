package import SampanDomain
package import SampanStorage

/// Why the ledger refused. Nothing was written; the caller's transaction is as it was.
package enum LedgerError: StorageFailure, Equatable {
    /// The lines come to this, and not to zero.
    case unbalanced(Money)
    /// Fewer than two lines, or more than `NewEntry.maximumLines`.
    case lineCount(Int)
    /// Two lines of one entry on one account: they would have to be one.
    case accountTwice(LedgerAccount)
    /// A line, hold or part of one of zero fen or less where there must be more.
    case noAmount
    /// A key, reason or actor that cannot be one.
    case text(DomainError)
    /// The key was used before for another content; that entry is named.
    case keyReused(key: String, entry: Int64)
    /// The account is guarded and has less than that.
    case insufficient(LedgerAccount, available: Money, needed: Money)
    case unknownEntry(Int64)
    /// It was taken back before, by this entry.
    case alreadyReversed(by: Int64)
    /// A reversal is not taken back: post again what it took away.
    case reversalOfReversal(Int64)
    case unknownHold(String)
    /// The key was used before for another hold.
    case holdKeyReused(String)
    /// It has ended otherwise.
    case holdEnded(HoldOutcome)
    /// Its time was over before it was posted.
    case holdOverdue(since: UnixTime)
    case exceedsHold(held: Money)
    /// A total is beyond what 64 bits of fen can hold.
    case overflow
    /// The digest that was handed in failed.
    case digest(String)
    case storage(StorageError)
}

extension LedgerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unbalanced(let rest): "the lines come to \(rest), not to zero"
        case .lineCount(let count): "\(count) lines; right would be 2 to \(NewEntry.maximumLines)"
        case .accountTwice(let account): "\(account.code) stands in two lines of one entry"
        case .noAmount: "an amount of zero, or below"
        case .text(let error): "\(error)"
        case .keyReused(let key, let entry): "the key \(key) is that of entry \(entry), which says something else"
        case .insufficient(let account, let available, let needed): "\(account.code) has \(available) available, and \(needed) is needed"
        case .unknownEntry(let entry): "there is no entry \(entry)"
        case .alreadyReversed(let entry): "it was reversed before, by entry \(entry)"
        case .reversalOfReversal(let entry): "entry \(entry) is a reversal; post again what it took away"
        case .unknownHold(let key): "there is no hold \(key)"
        case .holdKeyReused(let key): "the key \(key) is that of another hold"
        case .holdEnded(let outcome): "the hold has ended before: \(outcome)"
        case .holdOverdue(let since): "the time of the hold was over at \(since.chinaText)"
        case .exceedsHold(let held): "the hold is of \(held) only"
        case .overflow: "a total is beyond what 64 bits of fen can hold"
        case .digest(let text): "the digest failed: \(text)"
        case .storage(let error): "\(error)"
        }
    }
}
