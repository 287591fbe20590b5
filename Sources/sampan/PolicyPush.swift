import ArgumentParser
import SampanAPI
import SampanDomain
import SampanMesh
import SampanNode

struct PolicyPush: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Put a policy in force in the whole region, and wait until every node has it.",
        discussion: """
            Reads the policy first: what is none is never sent. Routes stay as the newest epoch has them, and so does the least protocol
            level if no other is named. Nodes that are absent are not waited for. Look at it before with sampan policy check and sampan
            policy diff.

            --minimum-protocol raises the level that the region asks for, or lowers it again. A node that speaks less ends its calls and
            takes no others but from platforms and admins, until its program is replaced. Where such nodes are known nothing is sent
            without --allow-outdated; sampan status -w wide shows the level of each.

            EXAMPLES
              sampan policy push policy.yaml --dry-run
              sampan policy push policy.yaml --within 2m
              sampan policy push policy.yaml --minimum-protocol 1 --dry-run
              sampan policy push policy.yaml --authority authority --passphrase-file working.pass

            Exit code: 0 every node that is there has it, 1 refused or one has not (the table tells), 2 the file is no policy, 64 wrong
            usage.
            """)

    @Argument(help: "Policy file (YAML).")
    var file: String
    @OptionGroup var admin: AdminOptions
    @OptionGroup var mutation: MutationOptions
    @Option(help: "Least protocol level that takes part in the region.")
    var minimumProtocol: UInt32?
    @Flag(help: "Also where nodes are below it.")
    var allowOutdated = false
    @Option(help: "Longest time to wait for the nodes.")
    var within = TimeSpan(seconds: 60)

    private struct Answer: Codable {
        /// SHA-256 of the policy, hexadecimal.
        let hash: String
        let dryRun: Bool
        let changed: Bool
        let epoch: UInt64
        let requestID: String
        let nodes: [PolicyAdoption.Row]
        let minimumProtocol: UInt32
        /// Nodes below it, by SPIFFE name.
        let outdated: [String]
    }

    func run() async throws {
        let (policy, text) = try PolicyCheck.readWithText(file)
        let (requestID, isDryRun) = (try mutation.makeRequestID(), mutation.dryRun)
        let (response, rows, level, outdated) = try await admin.authority(following: !isDryRun) { access in
            let epoch = try await access.readNewestEpoch()
            let level = minimumProtocol ?? epoch.minimumProtocol
            let outdated = try await Self.outdated(access, below: level)
            if !outdated.isEmpty, level > epoch.minimumProtocol, !isDryRun, !allowOutdated {
                throw AdminFailure(
                    "nothing has changed: below level \(level) are \(outdated.map(NodeName.short).joined(separator: ", ")); replace their programs, or say --allow-outdated"
                )
            }
            let request = TrustV1.ChangeSettingsRequest(
                requestID: requestID, policy: text, routes: epoch.routes.map(\.message),
                minimumProtocol: level, dryRun: isDryRun)
            let response = try await access.client.changeSettings(request)
            let rows = isDryRun ? [] : try await PolicyAdoption(access, epoch: response.epochNumber).wait(atMost: within.duration)
            return (response, rows, level, outdated)
        }
        let hash = Hexadecimal.lowercase(policy.edition.hash)
        if admin.json {
            print(
                try JSONText.of(
                    Answer(
                        hash: hash, dryRun: isDryRun, changed: response.changed, epoch: response.epochNumber, requestID: requestID,
                        nodes: rows, minimumProtocol: level, outdated: outdated)))
        } else if isDryRun {
            print("dry run: \(response.changed ? "policy \(hash) would be in force" : "it is in force already"); nothing has changed")
            if !outdated.isEmpty { print("below level \(level): \(outdated.map(NodeName.short).joined(separator: ", "))") }
        } else {
            print(PolicyAdoption.table(rows))
            print("policy \(hash) \(response.changed ? "by" : "was in force before, now by") epoch \(response.epochNumber)")
        }
        guard rows.contains(where: { $0.state == .waits || $0.state == .refuses }) else { return }
        StandardError.line("Error: not every node has it within \(within); sampan status tells when they have")
        throw ExitCode(1)
    }

    /// A node that has not said what it speaks since the authority started is none of them.
    private static func outdated(_ access: AuthorityAccess, below level: UInt32) async throws -> [String] {
        try await access.client.listNodes(TrustV1.ListNodesRequest()).nodes
            .filter { $0.`protocol` != 0 && $0.`protocol` < level }.map(\.node)
    }
}
