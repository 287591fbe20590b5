import ArgumentParser
import SampanAPI
import SampanMesh

struct RoutesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes",
        abstract: "Show where the nodes of the region are, what they serve, and which institution stands above which.",
        discussion: """
            What the newest epoch says. Nodes register by themselves (the key `mesh` of their file); what is read here is what every node
            goes by.

            EXAMPLES
              sampan routes
              sampan routes --json | jq '.routes[] | select(.parent == "4699010000")'
              sampan routes --authority authority --passphrase-file working.pass

            Exit code: 0, 1 the platform node cannot be asked, 64 wrong usage.
            """)

    @OptionGroup var admin: AdminOptions

    private struct Row: Codable {
        /// INSTITUTION/NODE.
        let node: String
        /// Best first.
        let endpoints: [String]
        /// None: whatever it is asked.
        let services: [String]
        let parent: String?

        init(_ route: EpochRoute) {
            (node, endpoints, services) = (route.name, route.endpoints, route.services)
            parent = route.parent.isEmpty ? nil : route.parent
        }
    }

    private struct Answer: Codable {
        let epoch: UInt64
        let routes: [Row]
    }

    func run() async throws {
        let epoch = try await admin.authority { access in try await access.readNewestEpoch() }
        let rows = epoch.routes.map(Row.init)
        if admin.json {
            print(try JSONText.of(Answer(epoch: epoch.number, routes: rows)))
            return
        }
        let cells = rows.map { row in
            [
                CertificateDescription.printable(row.node), row.endpoints.map(CertificateDescription.printable).joined(separator: " "),
                row.parent.map(CertificateDescription.printable) ?? "-",
                row.services.isEmpty ? "all" : row.services.map(CertificateDescription.printable).joined(separator: " "),
            ]
        }
        print(rows.isEmpty ? "no node takes calls by name" : TextTable(["node", "endpoints", "parent", "services"], cells).text)
        print("epoch \(epoch.number)")
    }
}
