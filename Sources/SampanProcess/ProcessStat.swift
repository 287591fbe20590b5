internal import Glibc

/// What the kernel says of a process in `/proc/PID/stat` (proc(5)).
package struct ProcessStat: Sendable {
    /// Clock ticks of a second, as Linux reports CPU time on every architecture.
    private static let ticksPerSecond = 100.0

    package let parent: Int32
    /// It has ended, and nobody has asked for its status.
    package let isZombie: Bool
    /// User and system time of its threads, in hundredths of a second.
    package let cpuSeconds: Double
    /// The same of its children that have ended and whose status it has asked for.
    package let endedChildrenCPUSeconds: Double
    /// Memory that is resident.
    package let residentBytes: Int

    /// Nil for a process that is not there.
    package init?(of process: Int32) {
        // The command's name stands in parentheses, and may hold anything.
        guard let text = Self.text("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 21, let parent = Int32(fields[1]) else { return nil }
        self.parent = parent
        isZombie = fields[0] == "Z"
        let seconds = { (first: Int) in ((Double(fields[first]) ?? 0) + (Double(fields[first + 1]) ?? 0)) / Self.ticksPerSecond }
        (cpuSeconds, endedChildrenCPUSeconds) = (seconds(11), seconds(13))
        residentBytes = (Int(fields[21]) ?? 0) * Int(getpagesize())
    }

    package static func children(of parent: Int32) -> [Int32] {
        processes().filter { ProcessStat(of: $0)?.parent == parent }.sorted()
    }

    /// User and system seconds of a process and of its children that are alive.
    package static func treeCPUSeconds(_ process: Int32) -> Double {
        (ProcessStat(of: process)?.cpuSeconds ?? 0) + children(of: process).reduce(0) { $0 + treeCPUSeconds($1) }
    }

    private static func processes() -> [Int32] {
        guard let folder = unsafe opendir("/proc") else { return [] }
        defer { unsafe _ = closedir(folder) }
        var found: [Int32] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = Int32(name) { found.append(number) }
        }
        return found
    }

    /// The kernel gives the whole of it at once.
    private static func text(_ path: String) -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe read(file, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }
}
