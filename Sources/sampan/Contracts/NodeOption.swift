import ArgumentParser
import FoundationEssentials

/// Which node is asked for its contracts, and called.
struct NodeOption: ParsableArguments {
    @Option(help: "The node, host:port. Else what SAMPAN_NODE says.")
    var node: String?
    @OptionGroup var caller: CallerOptions

    func validate() throws {
        if let node { try CallerOptions.check(node) }
    }

    func remote() throws -> RemoteNode { try Self.remote(node, caller) }

    /// The node that was named, or that the environment names.
    static func remote(_ named: String?, _ caller: CallerOptions) throws -> RemoteNode {
        let text = named ?? ProcessInfo.processInfo.environment["SAMPAN_NODE"] ?? ""
        guard !text.isEmpty else { throw ValidationError("Say which node: HOST:PORT, or SAMPAN_NODE.") }
        return try caller.node(text)
    }
}
