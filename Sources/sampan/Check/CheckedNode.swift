import FoundationEssentials
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
            let text = try String(decoding: Data(contentsOf: URL(filePath: file)), as: UTF8.self)
            let serves = text.split(separator: "\n").contains { $0.hasPrefix("listen:") }
            let role = serves ? try NodeRole(file: file) : nil
            switch role {
            case nil: self.init(try FerryConfiguration(file: file).node)
            case .gateway:
                let gateway = try GatewayConfiguration(file: file)
                self.init(gateway.node)
                (listen, data) = (gateway.listen, gateway.data)
                notePolicy(gateway.policyEdition)
            case .hospital, .center:
                let node = try MeshConfiguration(file: file)
                self.init(node.node)
                (listen, data) = (node.listen, node.data)
                notePolicy(node.policyEdition)
            case .platform:
                let node = try PlatformConfiguration(file: file)
                self.init(.init(folder: node.trustFolder), folder: node.trustFolder)
                (listen, platform) = (node.listen, node.own)
                notePolicy(node.policyEdition)
            }
            let kind = role?.rawValue ?? "ferry"
            findings.insert(CheckFinding(.configuration, .configuration, .ok, "\(file) is the configuration of a \(kind)"), at: 0)
        } catch let error as ConfigurationError {
            let isPolicy = error.file != file
            throw Unusable(
                finding: CheckFinding(
                    .configuration, isPolicy ? .policy : .configuration, .error, "\(error)", "correct that line, and check again"))
        } catch {
            throw Unusable(
                finding: CheckFinding(
                    .configuration, .configuration, .error, "\(file) cannot be read", "check the path, and whether this user may read it"))
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
