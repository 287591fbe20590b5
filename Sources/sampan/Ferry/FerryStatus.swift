import ArgumentParser
import SampanAPI

struct FerryStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the workers of a gateway's ferry do.",
        discussion: """
            Asked of the gateway: the inside listens on nothing. One line a worker: when it last asked for rows, the open rows of its share
            and the age of the oldest (lag), those that it was handed, those in doubt (handed out, and the lease is over: nobody says what
            becomes of them), the last row that was finished, how many were since the gateway started, and how often another worker helped.

            EXAMPLES
              sampan ferry status gateway.local:7443 --identity /var/lib/sampan/trust
              sampan ferry status gateway.local:7443 --json | jq '.workers[] | select(.doubtfulRows > 0)'

            Exit code: 0 the ferry does well, 1 the node cannot be asked, 2 rows are open and a worker that has some has not asked for
            longer than a lease, or no worker has asked at all, 64 wrong usage.
            """)

    @Argument(help: "The gateway node, host:port.")
    var node: String
    @OptionGroup var caller: CallerOptions

    /// Workers stand still.
    private static let stalled = ExitCode(2)

    func validate() throws { try CallerOptions.check(node) }

    func run() async throws {
        let remote = try caller.node(node)
        let report = FerryReport(
            try await remote.connected {
                try await GatewayV1.FerryServiceClient($0).getFerryStatus(GatewayV1.GetFerryStatusRequest())
            })
        StandardOutput.line(caller.json ? try JSONText.of(report) : report.text)
        if report.isStalled { throw Self.stalled }
    }
}
