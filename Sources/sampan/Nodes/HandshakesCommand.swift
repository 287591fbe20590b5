import ArgumentParser
import SampanAPI
import SampanDomain
import SampanMesh
import SampanTransport

struct HandshakesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "handshakes",
        abstract: "Show the handshakes that failed at a node, why, and what to do.",
        discussion: """
            A node keeps the last 64 of each of 256 addresses. The newest stand at the top.

            EXAMPLES
              sampan handshakes 10.0.0.7:7443 --identity /var/lib/sampan/trust
              sampan handshakes gateway.local:7443 --address 10.0.3.9 --json

            Exit code: 0 also when none has failed, 1 the node cannot be asked, 64 wrong usage.
            """)

    @Argument(help: "The node that is asked, host:port.")
    var node: String
    @Option(help: "Only those from this address.")
    var address = ""
    @OptionGroup var caller: CallerOptions

    private struct Row: Codable {
        let at: String?
        let address: String
        let label: String
        let cause: String
        let advice: String
        let detail: String
        let names: [String]
        let serial: String
    }

    func validate() throws { try CallerOptions.check(node) }

    func run() async throws {
        let remote = try caller.node(node)
        let response = try await remote.connected {
            try await TrustV1.NodeServiceClient($0).listHandshakeFailures(TrustV1.ListHandshakeFailuresRequest(address: address))
        }
        let rows = response.failures.map {
            Row(
                at: Moment.text($0.at), address: $0.address, label: $0.label, cause: $0.cause, advice: $0.advice, detail: $0.detail,
                names: $0.names, serial: Hexadecimal.lowercase($0.serial))
        }
        if caller.json {
            print(try JSONText.of(rows))
        } else if rows.isEmpty {
            print(
                "no handshake has failed at \(remote.place)\(address.isEmpty ? "" : " from \(CertificateDescription.printable(address))")")
        } else {
            print(Self.table(rows))
        }
    }

    private static func table(_ rows: [Row]) -> String {
        let cells = rows.map { row in
            [
                row.at ?? "-", row.address, row.label, row.names.first.map(NodeName.short) ?? "-",
                "\(row.cause); \(row.advice)\(row.detail.isEmpty ? "" : " (\(row.detail))")",
            ].map(CertificateDescription.printable)
        }
        return TextTable(["at", "address", "label", "shown", "why, and what to do"], cells).text
    }
}
