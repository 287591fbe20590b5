import ArgumentParser
import SampanAPI
import SampanMesh

struct RoutesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes",
        abstract: "Show where the nodes of the region are, what they serve, which institution stands above which, and who keeps for whom.",
        discussion: """
            What the newest epoch says. Nodes register by themselves (the key `mesh` of their file); what is read here is what every node
            goes by. Capacity is in calls at once: a node's share of the calls beside others of its institution. Versions stand behind the
            services. Who keeps for an institution that has no node is said by sampan custodian.

            EXAMPLES
              sampan routes
              sampan routes --json | jq '.routes[] | select(.parent == "4699010000")'
              sampan routes --json | jq '.custodians[] | select(.custodian == "4699010001").institution'
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
        /// Calls at once; nil for not said.
        let capacity: UInt32?
        let program: String?
        /// By service.
        let versions: [String: String]

        init(_ route: EpochRoute) {
            (node, endpoints, services) = (route.name, route.endpoints, route.services)
            parent = route.parent.isEmpty ? nil : route.parent
            capacity = route.capacity == 0 ? nil : route.capacity
            program = route.programVersion.isEmpty ? nil : route.programVersion
            versions = Dictionary(route.versions.map { ($0.service, $0.version) }) { first, _ in first }
        }

        /// A node that serves whatever it is asked may say versions all the same.
        var servicesText: String {
            let named = (services.isEmpty ? ["all"] + versions.keys.sorted() : services).map { service in
                service + (versions[service].map { " \($0)" } ?? "")
            }
            return named.map(CertificateDescription.printable).joined(separator: ", ")
        }
    }

    private struct Custody: Codable {
        let institution: String
        /// Nil: every one that has no custodian of its own.
        let service: String?
        let custodian: String

        init(_ entry: EpochCustodian) {
            (institution, custodian) = (entry.matter.institution, entry.custodian)
            service = entry.matter.service.isEmpty ? nil : entry.matter.service
        }
    }

    private struct Answer: Codable {
        let epoch: UInt64
        let routes: [Row]
        let custodians: [Custody]
    }

    func run() async throws {
        let epoch = try await admin.authority { access in try await access.readNewestEpoch() }
        let (rows, custodians) = (epoch.routes.map(Row.init), epoch.custodians.map(Custody.init))
        if admin.json {
            print(try JSONText.of(Answer(epoch: epoch.number, routes: rows, custodians: custodians)))
            return
        }
        let cells = rows.map { row in
            [
                CertificateDescription.printable(row.node), row.endpoints.map(CertificateDescription.printable).joined(separator: " "),
                row.parent.map(CertificateDescription.printable) ?? "-", row.capacity.map { "\($0)" } ?? "-",
                row.program.map(CertificateDescription.printable) ?? "-", row.servicesText,
            ]
        }
        print(
            rows.isEmpty
                ? "no node takes calls by name" : TextTable(["node", "endpoints", "parent", "capacity", "program", "services"], cells).text)
        if !custodians.isEmpty {
            let kept = custodians.map { [$0.institution, $0.service.map(CertificateDescription.printable) ?? "all", $0.custodian] }
            print(TextTable(["kept for", "service", "custodian"], kept).text)
        }
        print("epoch \(epoch.number)")
    }
}
