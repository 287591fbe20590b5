package import SampanDomain

/// A resident signed in to one app. What shows it, 32 random bytes as text, is in the app alone: the file has an HMAC of it.
///
///     open ──time──► over          open ──signed out──► signed-out          open ──too many others──► replaced
///
/// All but `open` are ends.
package struct ResidentSession: Sendable, Hashable {
    /// Nanoseconds without a call after which it is over: half an hour.
    package static let idleLife: Int64 = 1_800 * 1_000_000_000
    /// Nanoseconds that it lasts at the most: eight hours.
    package static let longestLife: Int64 = 8 * 3_600 * 1_000_000_000

    package let person: EnterpriseID
    package let level: AuthenticationLevel
    package let openedAt: UnixTime
    /// The last call that was noted.
    package internal(set) var usedAt: UnixTime

    /// When it is over, whatever is done with it.
    package var endsAt: UnixTime { openedAt.advanced(byNanoseconds: Self.longestLife) }

    func holds(at now: UnixTime) -> Bool { now < endsAt && now < usedAt.advanced(byNanoseconds: Self.idleLife) }
}
