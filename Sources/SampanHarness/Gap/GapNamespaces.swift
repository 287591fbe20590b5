internal import Foundation
internal import SampanProcess
internal import SampanTestSupport

/// The network gap, as the kernel plays it: three network namespaces in a row, and a firewall in the one between.
///
/// ```
///  outside (this process)            the gap                        inside
///  10.98.0.1 out0 ────────── gap0 10.98.0.2   10.98.1.2 gap1 ────────── in0 10.98.1.1
///                                 forwards: inside → 10.98.0.1:PORT, and what answers; all else is refused
/// ```
/// This process has to be in a network namespace of its own, as `root` there (`unshare --user --map-root-user --net`): nothing is changed
/// that others see, and all of it goes with the last process in it.
struct GapNamespaces: Sendable {
    static let outside = "10.98.0.1"
    static let inside = "10.98.1.1"
    /// As the kernel's tables write it.
    static let insideInTables = "0101620A"
    /// Finds programs of the system also where who calls us has no `sbin` in its path.
    static let tool = ["/usr/bin/env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]
    /// Whom each namespace lives by.
    private let gapHolder: ChildProcess
    private let insideHolder: ChildProcess

    /// A process in the inside's namespace: its tables are those of the inside.
    var insideProcess: Int32 { insideHolder.number }

    /// Puts a program into the inside.
    var insideLauncher: [String] { Self.launcher(insideHolder) }

    /// Joins the three. Nothing passes yet that the kernel would not forward by itself: `close`.
    static func make() async throws -> GapNamespaces {
        let names = GapNamespaces(gapHolder: try await holder(), insideHolder: try await holder())
        try await names.join()
        return names
    }

    /// Closes the gap but for connections from the inside to one port outside. Throws `GapRefusal` where the kernel takes no firewall.
    func close(butFor port: UInt16) async throws {
        let rules = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-gap-\(UUID().uuidString).nft").path
        defer { try? FileManager.default.removeItem(atPath: rules) }
        try Data(Self.firewall(port).utf8).write(to: URL(fileURLWithPath: rules))
        let loaded = try await Self.run(Self.launcher(gapHolder) + ["nft", "-f", rules])
        guard loaded.status == 0 else { throw GapRefusal("nft: \(loaded.errors.split(separator: "\n").first ?? "failed")") }
    }

    /// Connections that the firewall let through from the inside, and attempts that it refused, so far.
    func counters() async throws -> (opened: Int, refused: Int) {
        let text = try await Self.output(Self.launcher(gapHolder) + ["nft", "list", "table", "inet", "gap"])
        func packets(_ mark: String) throws -> Int {
            let line = text.split(separator: "\n").first { $0.contains(mark) }
            let words = line?.split(separator: " ") ?? []
            guard let place = words.firstIndex(of: "packets"), let count = Int(words[place + 1]) else {
                throw HarnessError("the firewall does not count: \(text)")
            }
            return count
        }
        return (try packets("ct state new"), try packets("reject"))
    }

    private func join() async throws {
        let (gap, inside) = (Self.launcher(gapHolder), Self.launcher(insideHolder))
        func ip(_ place: [String], _ words: String) async throws {
            _ = try await Self.output(place + (place.isEmpty ? Self.tool : []) + ["ip"] + words.split(separator: " ").map(String.init))
        }
        try await ip([], "link set lo up")
        try await ip([], "link add out0 type veth peer name gap0 netns \(gapHolder.number)")
        try await ip([], "addr add \(Self.outside)/24 dev out0")
        try await ip([], "link set out0 up")
        try await ip([], "route add 10.98.1.0/24 via 10.98.0.2")
        try await ip(gap, "link add gap1 type veth peer name in0 netns \(insideHolder.number)")
        try await ip(gap, "addr add 10.98.0.2/24 dev gap0")
        try await ip(gap, "addr add 10.98.1.2/24 dev gap1")
        try await ip(gap, "link set gap0 up")
        try await ip(gap, "link set gap1 up")
        _ = try await Self.output(gap + ["sysctl", "-q", "-w", "net.ipv4.ip_forward=1"])
        try await ip(inside, "link set lo up")
        try await ip(inside, "addr add \(Self.inside)/24 dev in0")
        try await ip(inside, "link set in0 up")
        try await ip(inside, "route add default via 10.98.1.2")
    }

    /// A refusal is said at once, with a reset: what is dropped in silence would have to be waited for.
    private static func firewall(_ port: UInt16) -> String {
        """
        table inet gap {
            chain forward {
                type filter hook forward priority 0; policy drop;
                ct state established,related accept
                iifname "gap1" oifname "gap0" ip daddr \(outside) tcp dport \(port) ct state new counter accept
                counter reject with tcp reset
            }
        }

        """
    }

    /// A process in a namespace of its own, which ends with this one.
    private static func holder() async throws -> ChildProcess {
        let process = try ChildProcess(program: tool[0], arguments: [tool[1], "unshare", "--net", "cat"], input: .lifeline)
        LivingProcesses.add(process.number)
        let own = try namespace("self")
        try await Waiting.value("a network namespace") { (try? namespace("\(process.number)")).flatMap { $0 != own ? () : nil } }
        return process
    }

    private static func namespace(_ process: String) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/ns/net")
    }

    private static func launcher(_ holder: ChildProcess) -> [String] { tool + ["nsenter", "--target", "\(holder.number)", "--net", "--"] }

    private static func run(_ command: [String]) async throws -> FinishedProgram {
        try await FinishedProgram.run(command[0], Array(command.dropFirst()), timeout: .seconds(30))
    }

    private static func output(_ command: [String]) async throws -> String {
        try await FinishedProgram.output(of: command[0], Array(command.dropFirst()), timeout: .seconds(30))
    }
}

/// The kernel, or this user's rights, do not allow what the proof needs.
struct GapRefusal: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
