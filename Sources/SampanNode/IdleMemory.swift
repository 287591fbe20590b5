internal import Logging
internal import SampanProcess

/// Gives back the memory of code that an idle node does not use: some 30 of 38 MiB after its start, or after a burst of calls.
///
/// ```
///         a quiet window
///  busy ────────────────► idle (the pages go, once)
///    ▲                      │
///    └──── a busy window ───┘
/// ```
struct IdleMemory {
    /// 10 s: a county hospital's node between two calls.
    static let window: Duration = .seconds(10)
    /// CPU time of a quiet window at the most, in nanoseconds: 0.5 %. Following the region, and telling the collector, takes a tenth of it.
    static let quiet: Int64 = 50_000_000

    /// Its start was busy.
    private var isIdle = false

    /// Whether to let go now, after a window in which the process has used so much CPU time.
    mutating func pass(_ cpuNanoseconds: Int64) -> Bool {
        let wasIdle = isIdle
        isIdle = cpuNanoseconds <= Self.quiet
        return isIdle && !wasIdle
    }

    /// Until its task is cancelled.
    static func keep(_ log: Logger) async {
        var (memory, before) = (IdleMemory(), ProgramCode.cpuNanoseconds)
        while (try? await Task.sleep(for: window)) != nil {
            let now = ProgramCode.cpuNanoseconds
            if memory.pass(now - before) {
                let bytes = ProgramCode.letGo()
                log.debug("idle: the memory of code is given back", metadata: ["segments": "\(bytes >> 20) MiB"])
            }
            before = now
        }
    }
}
