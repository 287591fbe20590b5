import FoundationEssentials

/// What a process has used, read from /proc.
enum ProcessCost {
    /// CPU seconds of all its threads, in nanoseconds' detail: `stat` counts in hundredths of a second. Nil when there is no such
    /// process. A thread that has ended takes its part along; ours do not end while anything is measured.
    static func cpuSeconds(_ process: Int32) -> Double? {
        guard let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task") else { return nil }
        let nanoseconds = threads.compactMap { thread -> UInt64? in
            let text = try? String(contentsOfFile: "/proc/\(process)/task/\(thread)/schedstat", encoding: .utf8)
            return text?.split(separator: " ").first.flatMap { UInt64($0) }
        }
        return nanoseconds.isEmpty ? nil : Double(nanoseconds.reduce(0, +)) / 1e9
    }

    static var own: Double { cpuSeconds(ProcessInfo.processInfo.processIdentifier) ?? 0 }
}
