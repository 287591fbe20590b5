internal import Foundation
internal import SampanProcess

/// What /proc says of processes: children and CPU time.
package enum ProcessTable {
    package static func children(of parent: Int32) -> [Int32] { ProcessStat.children(of: parent) }

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
        ProcessStat(of: process).map { !$0.isZombie } ?? false
    }

    /// User and system seconds of a process, and of its children that are alive.
    static func cpuSeconds(_ process: Int32) -> Double { ProcessStat.treeCPUSeconds(process) }

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

    /// The most memory that it has had resident so far, in KiB.
    static func peakKiB(_ process: Int32) throws -> Int { try kibibytes(process, "VmHWM:") }

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
}
