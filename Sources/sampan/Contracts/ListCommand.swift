import ArgumentParser
import SampanJSON

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the services of a node, by reflection.",
        discussion: """
            Shows what the node's policy lets you see.

            EXAMPLES
              sampan list 10.0.0.7:7443 --identity /var/lib/sampan/trust
              SAMPAN_NODE=10.0.0.7:7443 sampan list --methods
              sampan list 10.0.0.7:7443 --json | jq -r '.[].name'

            Exit code: 0, 1 the node cannot be asked, 64 wrong usage.
            """)

    @Argument(help: "The node, host:port. Else what SAMPAN_NODE says.")
    var node: String?
    @Flag(name: .shortAndLong, help: "List their methods too, as package.Service/Method.")
    var methods = false
    @OptionGroup var caller: CallerOptions

    private struct Row: Codable {
        let name: String
        let methods: [String]?
    }

    func validate() throws {
        if let node { try CallerOptions.check(node) }
    }

    func run() async throws {
        let remote = try NodeOption.remote(node, caller)
        let rows = try await remote.connected { channel in
            let reader = ContractReader(caller: channel, place: remote.place)
            let names = try await reader.services()
            guard methods else { return names.map { Row(name: $0, methods: nil) } }
            let pool = try await reader.pool(of: names)
            return names.map { name in Row(name: name, methods: pool.service(name)?.methods.map { "\(name)/\($0.name)" } ?? []) }
        }
        if caller.json {
            print(try JSONText.of(rows))
            return
        }
        for row in rows {
            print(CertificateDescription.printable(row.name))
            for method in row.methods ?? [] { print("  \(CertificateDescription.printable(method))") }
        }
        if rows.isEmpty { StandardError.line("\(remote.place) shows you no service") }
    }
}
