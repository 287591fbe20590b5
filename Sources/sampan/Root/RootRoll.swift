import ArgumentParser
import SampanAPI

struct RootRoll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roll",
        abstract: "Replace the root or the issuing certificate: all steps, each when its gate is open.",
        discussion: """
            Goes on where the rollover stands: after an interruption, the same command again. Returns when the last step is in force
            everywhere.

            EXAMPLES
              sampan root roll --kind issuer
              sampan root roll --kind root --within 5m
              sampan root roll --kind root --dry-run

            Exit code: 0 over, 1 a gate did not open in time (the same command goes on), 64 wrong usage.
            """)

    @Option(help: "What is replaced: root (with an issuer under it) or issuer.")
    var kind: RolloverKindName
    @OptionGroup var admin: AdminOptions
    @Flag(help: "Say what would be done next, and do nothing.")
    var dryRun = false
    @Option(help: "Longest time to wait before each step.")
    var within = TimeSpan(seconds: 60)

    func run() async throws {
        let result = try await admin.authority(following: true) { access in
            let driver = RolloverDriver(
                access, mutation: try MutationOptions.parse([]), within: within.duration, progress: StandardError.line)
            do {
                return Result<_, RolloverDriver.ClosedGate>.success(try await roll(driver))
            } catch let gate as RolloverDriver.ClosedGate {
                return .failure(gate)
            }
        }
        switch result {
        case .success(let view):
            if let view { print(admin.json ? try view.json(changed: !dryRun) : view.text) }
        case .failure(let gate):
            print(admin.json ? try gate.view.json(changed: false) : gate.view.laggards)
            StandardError.line("Error: not all nodes moved within \(within); the same command goes on where it stands")
            throw ExitCode(1)
        }
    }

    /// Nil where there is nothing to show beyond what was told.
    private func roll(_ driver: RolloverDriver) async throws -> RolloverView? {
        var status = try await driver.status()
        // Refuses one of another kind.
        let number = try RolloverDriver.target(kind, status)
        if dryRun {
            let next = status?.rollover == number ? status?.next ?? .plan : .plan
            StandardError.line("dry run: rollover \(number) of the \(kind.rawValue) would go on with \(next.name); nothing has changed")
            return status.map(RolloverView.init(status:))
        }
        if status?.rollover == number { StandardError.line("rollover \(number) goes on") }
        while true {
            let next = status?.rollover == number ? status?.next ?? .plan : .plan
            guard next != .plan || status?.rollover != number else { break }
            status = try await driver.advance(next, rollover: number, kind: kind).status
            guard let status, status.next != next else {
                throw AdminFailure("\(driver.place): the authority took \(next.name) and still says that it is next")
            }
            StandardError.line("\(next.name) done\(status.epochNumber > 0 ? ", epoch \(status.epochNumber)" : "")")
        }
        return try await driver.waitUntilOver()
    }
}
