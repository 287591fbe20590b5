import ArgumentParser
import FoundationEssentials
import SampanTransport

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look whether this node is in order: configuration, files, certificate, clock, network, data.",
        discussion: """
            Everything is read and nothing changed. The network is asked for the platform node only where --platform or SAMPAN_PLATFORM
            names it; a port that a configuration names is tried on this machine. --offline leaves both out.

            EXAMPLES
              sampan check --config /etc/sampan/node.yaml
              sampan check --identity /var/lib/sampan/trust --platform 10.0.0.1:7443
              sampan check --config node.yaml --offline --json

            Exit code: 0 all in order, 1 warnings, 2 errors, 64 wrong usage.
            """)

    @Option(help: "Configuration of the node.")
    var config: String?
    @OptionGroup var identity: IdentityOptions
    @Option(help: "Address of the platform node, host:port. Else what SAMPAN_PLATFORM says.")
    var platform: String?
    @Flag(help: "Leave out what needs a connection.")
    var offline = false
    @Option(help: "Longest time for each connection.")
    var timeout = TimeSpan(seconds: 5)
    @Flag(help: "Print JSON.")
    var json = false

    private struct Answer: Codable {
        let worst: CheckFinding.Severity
        let findings: [CheckFinding]
    }

    func validate() throws {
        if let platform, HostAndPort(platform) == nil { throw ValidationError("--platform is host:port, for example 10.0.0.1:7443.") }
        if config != nil, identity.identity != nil || identity.certificate != nil {
            throw ValidationError("Give --config, or --identity or the three files; a configuration names its own.")
        }
    }

    func run() async throws {
        let findings = try await findings()
        let worst = findings.map(\.severity).max() ?? .ok
        if json {
            print(try JSONText.of(Answer(worst: worst, findings: findings)))
        } else {
            print(Self.text(findings))
        }
        switch worst {
        case .ok: break
        case .warning: throw ExitCode(1)
        case .error: throw ExitCode(2)
        }
    }

    private func findings() async throws -> [CheckFinding] {
        let node: CheckedNode
        do {
            node = try checkedNode()
        } catch let unusable as CheckedNode.Unusable {
            return [unusable.finding]
        }
        let now = Int64(Date().timeIntervalSince1970)
        var findings = node.findings + TrustCheck(node: node, now: now).findings
        if let data = node.data { findings += DataCheck(folder: data).findings }
        guard !offline, let credentials = credentials(node) else { return findings }
        let place = platform ?? ProcessInfo.processInfo.environment["SAMPAN_PLATFORM"] ?? ""
        let network = NetworkCheck(
            node: node, credentials: credentials, platform: HostAndPort(place) ?? node.platform, timeout: timeout.duration, now: now)
        return findings + (try await network.run())
    }

    private func checkedNode() throws -> CheckedNode {
        if let config { return try CheckedNode(configuration: config) }
        guard let files = identity.files else {
            throw ValidationError("Say which node: --config FILE, or --identity FOLDER (or SAMPAN_IDENTITY).")
        }
        return CheckedNode(files, folder: identity.folder)
    }

    /// Nil where they cannot be used, which was told of already.
    private func credentials(_ node: CheckedNode) -> NodeCredentials? {
        try? IdentityOptions.credentials(node.files)
    }

    private static func text(_ findings: [CheckFinding]) -> String {
        var lines: [String] = []
        for group in CheckFinding.Group.allCases {
            let members = findings.filter { $0.group == group }
            guard !members.isEmpty else { continue }
            lines.append(group.rawValue)
            lines += members.map(\.line)
        }
        let (errors, warnings) = (findings.filter { $0.severity == .error }.count, findings.filter { $0.severity == .warning }.count)
        lines.append(errors + warnings == 0 ? "all in order" : "\(errors) errors, \(warnings) warnings")
        return lines.joined(separator: "\n")
    }
}
