import ArgumentParser
import FoundationEssentials
import SampanAPI
import SampanRPC
import SampanTransport

/// What every command takes that asks the platform node.
struct AdminOptions: ParsableArguments {
    @Option(help: "Address of the platform node, host:port. Else what SAMPAN_PLATFORM says.")
    var platform: String?
    @OptionGroup var identity: IdentityOptions
    @Option(help: "Longest time for one call: a number and ms, s, m, h or d.")
    var timeout = TimeSpan(seconds: 10)
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if let platform, HostAndPort(platform) == nil { throw ValidationError("--platform is host:port, for example 10.0.0.1:7443.") }
    }

    /// The platform node as one that can be called.
    func node() throws -> RemoteNode {
        let text = platform ?? ProcessInfo.processInfo.environment["SAMPAN_PLATFORM"] ?? ""
        guard !text.isEmpty else { throw ValidationError("Say where the platform node is: --platform HOST:PORT, or SAMPAN_PLATFORM.") }
        guard let address = HostAndPort(text) else { throw ValidationError("SAMPAN_PLATFORM is host:port, for example 10.0.0.1:7443.") }
        return RemoteNode(address: address, credentials: try identity.credentials(), timeout: timeout.duration)
    }

    /// Calls the authority; the connection ends with `body`. Throws an `AdminFailure` for what the authority refuses.
    func authority<Value: Sendable>(_ body: (TrustV1.AuthorityServiceClient) async throws -> Value) async throws -> Value {
        let node = try node()
        return try await node.connected { try await body(TrustV1.AuthorityServiceClient($0)) }
    }
}
