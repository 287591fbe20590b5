import SampanMesh
import SampanNode
import SampanTransport

/// What a check needs to know of a node, from its configuration or from its trust folder alone.
struct CheckedNode: Sendable {
    let files: IdentityOptions.Files
    /// The trust folder; nil where the three files are named one by one.
    var folder: String?
    /// Nil where the certificate alone says it.
    var trustDomain: String?
    /// Nil for a node that does not listen, or without a configuration.
    var listen: HostAndPort?
    /// Nil for a node that keeps no data, or without a configuration.
    var data: String?
    /// The first platform node that the configuration names.
    var platform: HostAndPort?
    /// What the configuration was found to be.
    var findings: [CheckFinding] = []

    /// A node's trust folder, or its three files.
    init(_ files: IdentityOptions.Files, folder: String?) {
        self.files = files
        self.folder = folder
    }

    /// Reads the configuration of a node that serves (what has `listen`), by its role, or of a ferry. Throws the finding that says why it
    /// cannot be used.
    init(configuration file: String) throws(Unusable) {
        do {
            let node = try NodeFile(file: file)
            switch node {
            case .ferry(let ferry): self.init(ferry.node)
            case .gateway(let gateway):
                self.init(gateway.node)
                (listen, data) = (gateway.listen, gateway.data)
                notePolicy(gateway.policyEdition)
            case .mesh(let node):
                self.init(node.node)
                (listen, data) = (node.listen, node.data)
                notePolicy(node.policyEdition)
            case .platform(let node):
                self.init(.init(folder: node.trustFolder), folder: node.trustFolder)
                (listen, platform) = (node.listen, node.own)
                notePolicy(node.policyEdition)
            }
            findings.insert(CheckFinding(.configuration, .configuration, .ok, "\(file) is the configuration of a \(node.kind)"), at: 0)
        } catch {
            let isPolicy = error.file != file && !error.file.hasPrefix(ConfigurationReading.variablePrefix)
            throw Unusable(
                finding: CheckFinding(
                    .configuration, isPolicy ? .policy : .configuration, .error, "\(error)", "correct that line, and check again"))
        }
    }

    private mutating func notePolicy(_ policy: PolicyEdition) {
        findings.append(CheckFinding(.configuration, .policy, .ok, "the policy has \(policy.rules.count) rules"))
    }

    private init(_ node: NodeSettings) {
        switch node.source {
        case .files(let files):
            self.init(.init(certificate: files.certificateFile, key: files.keyFile, trust: files.trustFile), folder: nil)
        case .folder(let folder, let platform):
            self.init(.init(folder: folder.path), folder: folder.path)
            self.platform = platform.first
        }
        trustDomain = node.trustDomain
    }

    /// A configuration that says nothing further to look at.
    struct Unusable: Error {
        let finding: CheckFinding
    }
}
