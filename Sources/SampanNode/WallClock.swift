internal import Glibc
package import SampanDomain

/// The wall clock of this machine. Read here and handed to everything below.
package enum WallClock {
    /// Whole nanoseconds; a clock set beyond 2262 stays at the end of the range.
    package static func now() -> UnixTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return (try? UnixTime(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))) ?? UnixTime(nanoseconds: .max)
    }
}
