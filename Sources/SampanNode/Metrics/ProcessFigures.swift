internal import Foundation
internal import SampanMetrics

/// What the kernel says of this process (proc(5)).
struct ProcessFigures: Sendable, Hashable {
    /// User and system time.
    var cpuSeconds: Double
    var residentBytes: Int64
    var threads: Int64
    /// Unix time.
    var startSeconds: Double
    var openDescriptors: Int64?
    var maximumDescriptors: Int64?

    /// From texts of the kernel; nil where one is not as expected.
    ///
    /// - Parameters:
    ///   - stat: `/proc/self/stat`. The name of the program in it may hold anything.
    ///   - bootSeconds: when the machine started, in Unix time.
    ///   - ticks: clock ticks per second.
    ///   - page: bytes of a page.
    init?(stat: String, bootSeconds: Int64, ticks: Int, page: Int) {
        guard ticks > 0, page > 0, let end = stat.lastIndex(of: ")") else { return nil }
        // The first of these is the third of the file.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        func field(_ number: Int) -> Int64? { fields.count > number - 3 ? Int64(fields[number - 3]) : nil }
        guard let user = field(14), let system = field(15), let threads = field(20), let start = field(22), let pages = field(24),
            case let (bytes, false) = pages.multipliedReportingOverflow(by: Int64(page))
        else { return nil }
        cpuSeconds = (Double(user) + Double(system)) / Double(ticks)
        residentBytes = bytes
        self.threads = threads
        startSeconds = Double(bootSeconds) + Double(start) / Double(ticks)
    }

    /// Of this process, now; nil where the kernel does not tell. Blocks for some 50 µs.
    static func now() -> ProcessFigures? {
        guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let boot = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)).flatMap(bootSeconds),
            var figures = ProcessFigures(
                stat: stat, bootSeconds: boot, ticks: sysconf(Int32(_SC_CLK_TCK)), page: sysconf(Int32(_SC_PAGESIZE)))
        else { return nil }
        figures.openDescriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Int64($0.count) }
        figures.maximumDescriptors = (try? String(contentsOfFile: "/proc/self/limits", encoding: .utf8)).flatMap(descriptorLimit)
        return figures
    }

    /// `btime` of `/proc/stat`.
    static func bootSeconds(_ text: String) -> Int64? {
        text.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Int64($0.dropFirst(6)) }
    }

    /// The soft limit of `/proc/self/limits`; nil for none.
    static func descriptorLimit(_ text: String) -> Int64? {
        let name = "Max open files"
        return text.split(separator: "\n").first { $0.hasPrefix(name) }
            .flatMap { $0.dropFirst(name.count).split(separator: " ").first }.flatMap { Int64($0) }
    }

    /// By the names that Prometheus's own clients use.
    var families: [MetricFamily] {
        var families = [
            MetricFamily(
                "process_cpu_seconds", .counter, unit: "seconds", help: "User and system CPU time of the process.",
                [MetricSample([], .number(cpuSeconds))]),
            MetricFamily(
                "process_resident_memory_bytes", .gauge, unit: "bytes", help: "Memory of the process that is in RAM.",
                [MetricSample([], .integer(residentBytes))]),
            MetricFamily(
                "process_start_time_seconds", .gauge, unit: "seconds", help: "When the process started, in Unix time.",
                [MetricSample([], .number(startSeconds))]),
            MetricFamily("process_threads", .gauge, help: "Threads of the process.", [MetricSample([], .integer(threads))]),
        ]
        if let openDescriptors {
            families.append(
                MetricFamily("process_open_fds", .gauge, help: "Open file descriptors.", [MetricSample([], .integer(openDescriptors))]))
        }
        if let maximumDescriptors {
            families.append(
                MetricFamily(
                    "process_max_fds", .gauge, help: "File descriptors that may be open.", [MetricSample([], .integer(maximumDescriptors))])
            )
        }
        return families
    }
}
