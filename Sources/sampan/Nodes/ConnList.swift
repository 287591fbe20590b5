import ArgumentParser
import SampanAPI

struct ConnList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the connections of a node to and from other nodes that live now.",
        discussion: """
            One line a connection: who has opened it (in: the peer; out: the node), the peer and its address, how old it is, for how long \
            the peer has been silent, its calls (open and all), bytes of HTTP/2 each way, and what the peer does not take.

            EXAMPLES
              sampan conn ls 10.0.0.7:7443 --identity /var/lib/sampan/trust
              sampan conn ls gateway.local:7443 --institution 47001 --direction in
              sampan conn ls gateway.local:7443 --json | jq '.connections[] | select(.waitingBytes > 0)'

            Exit code: 0 also where there is none, 1 the node cannot be asked, 64 wrong usage.
            """)

    enum Direction: String, ExpressibleByArgument, CaseIterable {
        case incoming = "in"
        case outgoing = "out"
    }

    @Argument(help: "The node that is asked, host:port.")
    var node: String
    @Option(help: "Only of peers of this institution.")
    var institution = ""
    @Option(help: "Only those that peers have opened, or the node has.")
    var direction: Direction?
    @OptionGroup var caller: CallerOptions

    private struct Answer: Codable {
        let total: UInt32
        let connections: [ConnectionRow]
    }

    func validate() throws { try CallerOptions.check(node) }

    func run() async throws {
        let remote = try caller.node(node)
        let response = try await remote.connected {
            try await TrustV1.NodeServiceClient($0).listConnections(
                TrustV1.ListConnectionsRequest(institution: institution, direction: direction?.rawValue ?? ""))
        }
        let rows = response.connections.map(ConnectionRow.init)
        guard !caller.json else {
            return StandardOutput.line(try JSONText.of(Answer(total: response.total, connections: rows)))
        }
        if !rows.isEmpty { StandardOutput.line(TextTable(ConnectionRow.head, rows.map(\.cells)).text) }
        let all = rows.count == response.total ? "" : " of \(response.total)"
        StandardOutput.line(
            "\(rows.count)\(all) connection\(rows.count == 1 ? "" : "s"), \(rows.reduce(0) { $0 + $1.openCalls }) open calls")
    }
}
