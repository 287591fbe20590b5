import ArgumentParser
import SampanHarness

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Play a payment day across the gap and close it.",
        discussion: """
            Starts a channel simulator, a gateway node and the ferry with its workers on loopback, with certificates made for it, \
            plays every request of the day through the stubs, and holds the books against the day. Exits with 1 when anything is off.

            EXAMPLES
              Scripts/demo
              Scripts/demo --workers 3 --out /tmp/day
              Scripts/demo --requests my-day.csv --keep
            """)

    @Option(name: .long, help: "A day in the columns of Sources/SampanHarness/Resources/payment-day-20261118.csv; default: that one.")
    var requests: String?

    @Option(name: .long, help: "Ferry workers, 1 to 64.")
    var workers = 5

    @Option(name: .long, help: "Folder for his_ledger.csv, platform_ledger.csv and summary.json.")
    var out: String?

    @Flag(name: .long, help: "Keep the region's folder: databases, certificates, logs.")
    var keep = false

    func validate() throws {
        guard (1...64).contains(workers) else { throw ValidationError("--workers \(workers): right would be 1 to 64") }
    }

    func run() async throws {
        var demo = Demo(programs: SampanHarnessProgram.programs)
        demo.requestsFile = requests
        demo.workers = workers
        demo.output = out
        demo.keepsRegion = keep
        guard try await demo.run() else { throw ExitCode.failure }
    }
}
