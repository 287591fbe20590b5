import Glibc

/// Processor time of this process, of all its threads together.
struct ProcessorTime {
    let microseconds: Int

    static func now() -> ProcessorTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return ProcessorTime(microseconds: time.tv_sec * 1_000_000 + time.tv_nsec / 1_000)
    }

    static func - (left: ProcessorTime, right: ProcessorTime) -> ProcessorTime {
        ProcessorTime(microseconds: left.microseconds - right.microseconds)
    }
}
