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

    /// Bytes of memory that a process has resident; nil when it has gone. Pages are of 4 KiB on the machines that we know.
    static func residentBytes(_ process: Int32) -> Int? {
        let text = try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)
        return text?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4_096 }
    }

    /// The fields of /proc/PID/stat after the command's name, which may hold anything: state, parent, …
    private static func fields(_ process: Int32) -> [Substring]? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8), let end = text.lastIndex(of: ")") else {
            return nil
        }
        return text[text.index(after: end)...].split(separator: " ")
    }
}
