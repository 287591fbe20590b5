internal import Glibc
internal import SampanTestSupport

/// What the ferry's leases are for: workers of a region that stand still for longer than one and go on, and another number of them, at
/// random and from a seed; and disks that are full for a while, the outside's and the inside's in turn.
struct FerryUpsets {
    private let region: Region
    private let disks: [SmallDisk]
    private var random: SeededRandom
    private(set) var stalls = 0
    private(set) var changes = 0
    private var longest = 0
    /// Times that each disk was full.
    private var fills: [Int] { disks.map(\.fillCount) }

    /// Longer than a lease (10 s), up to a minute.
    private static let stallSeconds = [12, 14, 20, 60]
    private static let counts = [4, 16, 1, 5, 8]
    private static let changesAfterStall = 3
    /// Long enough that calls, notifications and rows come upon it; shorter than anybody's patience.
    private static let fullSeconds = 2

    init(_ region: Region, _ disks: [SmallDisk], seed: UInt64) {
        (self.region, self.disks) = (region, disks)
        random = SeededRandom(seed: seed ^ 0x5741_4C4C)
    }

    /// Whether everything was done at least once.
    var isWhole: Bool { stalls > 0 && changes > 0 && !fills.isEmpty && fills.allSatisfy { $0 > 0 } }

    var text: String {
        "\(stalls) workers stopped for up to \(longest) s, N changed \(changes) times, disks full \(fills.reduce(0, +)) times, "
    }

    /// Goes on until its task is cancelled; nothing stands still when it returns.
    mutating func run() async throws {
        while !Task.isCancelled {
            for disk in disks where !Task.isCancelled { try await disk.fill(for: .seconds(Self.fullSeconds)) }
            await stall(.seconds(Self.stallSeconds[min(stalls, Self.stallSeconds.count - 1)]))
            // Not meanwhile: a worker that stands still when N changes is killed, and this is about one that goes on.
            for _ in 0..<Self.changesAfterStall where !Task.isCancelled { try await change() }
        }
    }

    private mutating func stall(_ time: Duration) async {
        guard let workers = region.ferry.processID.map(ProcessTable.children), !workers.isEmpty else { return await pause(1...1) }
        let worker = workers[Int.random(in: 0..<workers.count, using: &random)]
        _ = kill(worker, SIGSTOP)
        let start = ContinuousClock.now
        try? await Task.sleep(for: time)
        _ = kill(worker, SIGCONT)
        stalls += 1
        longest = max(longest, Int(start.duration(to: .now).components.seconds))
    }

    private mutating func change() async throws {
        // One that is only starting has read the file, or not, and cannot be told.
        guard region.ferry.readyProcessID != nil else { return await pause(1...1) }
        try region.changeWorkers(to: Self.counts[changes % Self.counts.count])
        changes += 1
        await pause(1...3)
    }

    private mutating func pause(_ seconds: ClosedRange<Int>) async {
        try? await Task.sleep(for: .milliseconds(Int.random(in: seconds.lowerBound * 1_000...seconds.upperBound * 1_000, using: &random)))
    }
}
