internal import SampanTestSupport
internal import Glibc

/// Kills parts of a region with SIGKILL, at random and from a seed, and starts them again.
struct Killer {
    enum Victim: String, CaseIterable { case worker, supervisor, gateway, simulator }

    private let region: Region
    private let disks: [SmallDisk]
    private var random: SeededRandom
    private(set) var kills: [Victim: Int] = [:]

    /// - Parameter disks: those of the region that are filled meanwhile. Nothing starts on a full disk: it is tried again.
    init(_ region: Region, _ disks: [SmallDisk] = [], seed: UInt64) {
        (self.region, self.disks) = (region, disks)
        random = SeededRandom(seed: seed)
    }

    /// Goes on until its task is cancelled; everything is running again when it returns.
    mutating func run(pause: ClosedRange<Int>) async throws {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(Int.random(in: pause, using: &random)))
            guard !Task.isCancelled else { return }
            let victim: Victim =
                switch Int.random(in: 0..<100, using: &random) {
                case 0..<40: .worker
                case 40..<55: .supervisor
                case 55..<80: .gateway
                default: .simulator
                }
            try await kill(victim)
        }
    }

    private mutating func kill(_ victim: Victim) async throws {
        let rest = Duration.milliseconds(Int.random(in: 0...300, using: &random))
        switch victim {
        case .worker:
            // The supervisor restarts it; between a death and a restart there may be none to kill.
            guard let workers = region.ferry.processID.map(ProcessTable.children), !workers.isEmpty else { return }
            _ = Glibc.kill(workers[Int.random(in: 0..<workers.count, using: &random)], SIGKILL)
        case .supervisor: try await killAndRestart(region.ferry, after: rest)
        case .gateway: try await killAndRestart(region.gateway, after: rest)
        case .simulator: try await killAndRestart(region.simulator, after: rest)
        }
        kills[victim, default: 0] += 1
    }

    private func killAndRestart(_ process: ManagedProcess, after rest: Duration) async throws {
        await process.kill()
        try? await Task.sleep(for: rest)
        let end = ContinuousClock.now + Self.patience
        while true {
            do {
                return try await process.start()
            } catch  where !disks.isEmpty && .now < end {
                // As whoever looks after processes does, such as systemd.
                try? await Task.sleep(for: Self.restart)
            }
        }
    }

    /// How long a start may fail for a full disk.
    private static let patience = Duration.seconds(60)
    /// After which time it is tried again.
    private static let restart = Duration.milliseconds(200)
}
