internal import SampanRPC

/// A configuration file of whatever kind of node, read whole.
package enum NodeFile: Sendable {
    case gateway(GatewayConfiguration)
    case platform(PlatformConfiguration)
    /// A hospital's or a centre's.
    case mesh(MeshConfiguration)
    case ferry(FerryConfiguration)

    /// By the key `role`; without one, a file that says where to listen is a gateway's, and one that does not is a ferry's. Blocks on the
    /// disk. Throws, naming the line or the variable, for anything that is no configuration.
    package init(file: String, _ reading: ConfigurationReading = .ofProcess) throws(ConfigurationError) {
        let mapping = try YAMLMapping(file: file, ConfigurationReading(environment: reading.environment))
        let role = mapping.has("role") || mapping.has("listen") ? try NodeRole.read(mapping) : nil
        self =
            switch role {
            case nil: .ferry(try FerryConfiguration(file: file, reading))
            case .gateway: .gateway(try GatewayConfiguration(file: file, reading))
            case .hospital, .center: .mesh(try MeshConfiguration(file: file, reading))
            case .platform: .platform(try PlatformConfiguration(file: file, reading))
            }
    }

    /// As the key `role` has it; `ferry` for a ferry.
    package var kind: String {
        switch self {
        case .gateway: NodeRole.gateway.rawValue
        case .platform: NodeRole.platform.rawValue
        case .mesh(let node): node.role.rawValue
        case .ferry: "ferry"
        }
    }

    /// Nil for a ferry, which takes nothing without a restart.
    package var live: LiveSettings? {
        switch self {
        case .gateway(let node): LiveSettings(peers: node.peers, policy: node.policyEdition)
        case .platform(let node): LiveSettings(peers: node.peers, policy: node.policyEdition)
        case .mesh(let node): LiveSettings(peers: node.peers, policy: node.policyEdition)
        case .ferry: nil
        }
    }
}
