package import SampanDomain

/// Which books are asked for.
package enum LedgerMoment: Sendable, Hashable {
    /// All that stands in them now.
    case now
    /// As they stood at a moment: all that was recorded until then, and nothing that was learnt later.
    case recorded(UnixTime)
    /// All that belongs to a day or to days before, whenever it was recorded.
    case booked(BusinessDay)
}
