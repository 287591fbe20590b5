import ArgumentParser
import SampanTransport

/// What every command takes that asks a node which it names by address.
struct CallerOptions: ParsableArguments {
    @OptionGroup var identity: IdentityOptions
    @Option(help: "Longest time for one call: a number and ms, s, m, h or d.")
    var timeout = TimeSpan(seconds: 10)
    @Flag(help: "Print JSON.")
    var json = false

    /// Throws for what is no address.
    static func check(_ text: String) throws {
        if HostAndPort(text) == nil { throw ValidationError("The node is host:port, for example 10.0.0.7:7443.") }
    }

    func node(_ text: String) throws -> RemoteNode {
        guard let address = HostAndPort(text) else { throw ValidationError("The node is host:port, for example 10.0.0.7:7443.") }
        return RemoteNode(address: address, credentials: try identity.credentials(), timeout: timeout.duration)
    }
}
