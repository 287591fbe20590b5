internal import Foundation

/// What /proc says of processes: children and CPU time.
package enum ProcessTable {
    /// Clock ticks of a second, as Linux reports CPU time on every architecture.
    private static let ticksPerSecond = 100.0

    package static func children(of parent: Int32) -> [Int32] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { Int32($0) }.filter { fields($0).flatMap { Int32($0[1]) } == parent }.sorted()
    }

    /// Returns when none of them is alive any more: they are nobody's children here, so their end can only be looked for.
    package static func waitUntilGone(_ processes: [Int32]) async throws {
        try await Waiting.value("the end of \(processes)") { processes.contains(where: isAlive) ? nil : () }
    }

    /// Returns the children of a process as soon as there are `count`.
    package static func waitForChildren(_ count: Int, of parent: Int32) async throws -> [Int32] {
        try await Waiting.value("\(count) children of \(parent)") {
            let found = children(of: parent).filter(isAlive)
            return found.count == count ? found : nil
        }
    }

    private static func isAlive(_ process: Int32) -> Bool {
        fields(process).map { $0[0] != "Z" } ?? false
    }

    /// User and system seconds of a process, and of its children that are alive.
    static func cpuSeconds(_ process: Int32) -> Double {
        let own = fields(process).map { (Double($0[11]) ?? 0) + (Double($0[12]) ?? 0) } ?? 0
        return own / ticksPerSecond + children(of: process).reduce(0) { $0 + cpuSeconds($1) }
    }

    /// CPU seconds of all threads of a process, in nanoseconds' detail: `cpuSeconds` counts in hundredths. A thread that has ended
    /// takes its part along.
    static func exactCPUSeconds(_ process: Int32) throws -> Double {
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")
        let nanoseconds = threads.compactMap { thread -> UInt64? in
            let text = try? String(contentsOfFile: "/proc/\(process)/task/\(thread)/schedstat", encoding: .utf8)
            return text?.split(separator: " ").first.flatMap { UInt64($0) }
        }
        return Double(nanoseconds.reduce(0, +)) / 1e9
    }

    /// Memory of a process that is resident, in KiB.
    static func residentKiB(_ process: Int32) throws -> Int { try kibibytes(process, "VmRSS:") }

    /// The part of it that is the process's own, in KiB: without the code of programs and libraries, which processes share and the kernel
    /// can read again.
    static func ownKiB(_ process: Int32) throws -> Int { try kibibytes(process, "RssAnon:") }

    private static func kibibytes(_ process: Int32, _ field: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix(field) }
        guard let value = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({ Int($0) }) else {
            throw HarnessError("process \(process) has no memory any more")
        }
        return value
    }

    /// Descriptors that a process has open.
    static func descriptors(_ process: Int32) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
    }

    /// Bytes of memory that a process has resident; nil when it has gone.
    static func residentBytes(_ process: Int32) -> Int? {
        (try? residentKiB(process)).map { $0 * 1_024 }
    }

    /// The fields of /proc/PID/stat after the command's name, which may hold anything: state, parent, …
    private static func fields(_ process: Int32) -> [Substring]? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8), let end = text.lastIndex(of: ")") else {
            return nil
        }
        return text[text.index(after: end)...].split(separator: " ")
    }
}
