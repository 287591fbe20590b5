import ArgumentParser
import FoundationEssentials
import SampanAPI

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how all nodes are: epoch, certificate, clock, connections.",
        discussion: """
            One line a node. The state names what needs a person: absent, lagging (not the newest epoch), refuses (an epoch), expiring
            (fewer than 5 days left), expired, skewed (a clock 2 s off or more).

            EXAMPLES
              sampan status --platform 10.0.0.1:7443 --identity /var/lib/sampan/trust
              sampan status -w wide
              sampan status -w json | jq '.nodes[] | select(.marks != [])'
              sampan status --watch

            Exit code: 0 every node is ok, 1 one is not or the platform node cannot be asked, 64 wrong usage.
            """)

    enum View: String, ExpressibleByArgument, CaseIterable {
        case table, wide, json
    }

    @Option(name: [.customShort("w"), .customLong("view")], help: "How it is shown.")
    var view = View.table
    @Flag(help: "Show it again every 2 s, until it is interrupted.")
    var watch = false
    @OptionGroup var admin: AdminOptions

    /// Between two looks.
    private static let interval: Duration = .seconds(2)

    private struct Answer: Codable {
        let epoch: UInt64
        let nodes: [NodeRow]
    }

    func run() async throws {
        let isFine = try await admin.authority { access in
            let authority = access.client
            guard watch else { return try show(try await authority.listNodes(TrustV1.ListNodesRequest())) }
            while true {
                do {
                    let response = try await authority.listNodes(TrustV1.ListNodesRequest())
                    if Terminal.isSeen { StandardOutput.line(Terminal.clear) }
                    _ = try show(response)
                } catch let error as CancellationError {
                    throw error
                } catch {
                    // The platform node may be starting anew: that is no reason to stop watching.
                    StandardError.line("Error: \(access.place): \(CertificateDescription.printable("\(error)"))")
                }
                try await Task.sleep(for: Self.interval)
            }
        }
        if !isFine { throw ExitCode(1) }
    }

    /// Prints; whether every node is as it should be.
    private func show(_ response: TrustV1.ListNodesResponse) throws -> Bool {
        let now = Date().timeIntervalSince1970
        let rows = response.nodes.map { NodeRow($0, newest: response.epochNumber, now: now) }
        if admin.json || view == .json {
            StandardOutput.line(try JSONText.of(Answer(epoch: response.epochNumber, nodes: rows)))
        } else {
            let isWide = view == .wide
            let marked = rows.filter { !$0.marks.isEmpty }.count
            StandardOutput.line(TextTable(NodeRow.head(isWide: isWide), rows.map { $0.cells(isWide: isWide) }).text)
            let nodes = rows.count == 1 ? "1 node" : "\(rows.count) nodes"
            StandardOutput.line("epoch \(response.epochNumber), \(nodes), \(marked == 0 ? "all ok" : "\(marked) not ok")")
        }
        return rows.allSatisfy(\.marks.isEmpty)
    }
}
