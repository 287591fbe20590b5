internal import CLinux
internal import Glibc

/// How long turns of a loop take, for those who look for what delays the others of the loop. In CPU time of the calling thread, which a
/// busy machine does not stretch as it does the time of the wall.
struct TurnWatch {
    /// The longest so far, in nanoseconds.
    private(set) var longest: Int64 = 0
    private var began: Int64?

    mutating func begin() { began = Self.readClock() }

    mutating func end() {
        guard let began else { return }
        longest = max(longest, Self.readClock() - began)
    }

    private static func readClock() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
