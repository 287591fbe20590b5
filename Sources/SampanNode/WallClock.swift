internal import Foundation
package import SampanDomain

/// The wall clock of this machine. Read here and handed to everything below.
package enum WallClock {
    /// To a microsecond; a clock that is set beyond 2262 stays at the end of the range.
    package static func now() -> UnixTime {
        UnixTime(nanoseconds: Int64(exactly: (Date.now.timeIntervalSince1970 * 1_000_000_000).rounded(.down)) ?? .max)
    }
}
