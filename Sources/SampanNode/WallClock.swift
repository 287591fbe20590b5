internal import Foundation
package import SampanDomain

/// The wall clock of this machine. Read here and handed to everything below.
package enum WallClock {
    package static func now() -> UnixTime {
        UnixTime(nanoseconds: Int64(Date.now.timeIntervalSince1970 * 1_000_000_000))
    }
}
