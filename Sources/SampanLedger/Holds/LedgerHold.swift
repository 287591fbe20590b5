package import SampanDomain

/// A hold as it stands.
package struct LedgerHold: Sendable, Equatable {
    /// In the order in which they were placed.
    package let number: Int64
    package let content: NewHold
    package let placedAt: UnixTime
    /// nil while it is pending.
    package let outcome: HoldOutcome?

    /// Its time is over; it may not be posted any more.
    package func isOverdue(at now: UnixTime) -> Bool { content.expiresAt.map { now >= $0 } ?? false }
}

/// How a hold has ended; there is no way on from here.
package enum HoldOutcome: Sendable, Equatable {
    /// By this entry, for the whole amount or less.
    case posted(entry: Int64)
    /// Given up.
    case voided
    /// Its time was over.
    case expired

    /// As the table spells it.
    var name: String {
        switch self {
        case .posted: "posted"
        case .voided: "voided"
        case .expired: "expired"
        }
    }

    var entry: Int64? {
        if case .posted(let entry) = self { entry } else { nil }
    }

    init?(name: String, entry: Int64?) {
        switch (name, entry) {
        case ("posted", let entry?): self = .posted(entry: entry)
        case ("voided", nil): self = .voided
        case ("expired", nil): self = .expired
        default: return nil
        }
    }
}
