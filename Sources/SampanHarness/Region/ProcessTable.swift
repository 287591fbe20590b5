internal import Foundation

/// What /proc says of processes: children and CPU time.
enum ProcessTable {
    /// Clock ticks of a second, as Linux reports CPU time on every architecture.
    private static let ticksPerSecond = 100.0

    static func children(of parent: Int32) -> [Int32] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { Int32($0) }.filter { fields($0).flatMap { Int32($0[1]) } == parent }.sorted()
    }

    /// User and system seconds of a process, and of its children that are alive.
    static func cpuSeconds(_ process: Int32) -> Double {
        let own = fields(process).map { (Double($0[11]) ?? 0) + (Double($0[12]) ?? 0) } ?? 0
        return own / ticksPerSecond + children(of: process).reduce(0) { $0 + cpuSeconds($1) }
    }

    /// The fields of /proc/PID/stat after the command's name, which may hold anything: state, parent, …
    private static func fields(_ process: Int32) -> [Substring]? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8), let end = text.lastIndex(of: ")") else {
            return nil
        }
        return text[text.index(after: end)...].split(separator: " ")
    }
}
