import ArgumentParser
import FoundationEssentials
import SampanAPI
import SampanMesh
import SampanRPC
import SampanTransport

/// What every command takes that asks the authority: at the platform node, or in the authority's own folder.
struct AdminOptions: ParsableArguments {
    @Option(help: "Address of the platform node, host:port. Else what SAMPAN_PLATFORM says.")
    var platform: String?
    @OptionGroup var identity: IdentityOptions
    @OptionGroup var offline: OfflineOptions
    @Option(help: "Longest time for one call: a number and ms, s, m, h or d.")
    var timeout = TimeSpan(seconds: 10)
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if let platform, HostAndPort(platform) == nil { throw ValidationError("--platform is host:port, for example 10.0.0.1:7443.") }
        if offline.authority != nil, platform != nil || identity.identity != nil || identity.certificate != nil {
            throw ValidationError("--authority works in the authority's folder; leave out --platform and who you are.")
        }
    }

    /// The platform node as one that can be called.
    private func node() throws -> RemoteNode {
        let text = platform ?? ProcessInfo.processInfo.environment["SAMPAN_PLATFORM"] ?? ""
        guard !text.isEmpty else {
            throw ValidationError("Say where the platform node is: --platform HOST:PORT, or SAMPAN_PLATFORM; or --authority FOLDER.")
        }
        guard let address = HostAndPort(text) else { throw ValidationError("SAMPAN_PLATFORM is host:port, for example 10.0.0.1:7443.") }
        return RemoteNode(address: address, credentials: try identity.credentials(), timeout: timeout.duration)
    }

    /// Calls the authority; the connection ends with `body`. Throws an `AdminFailure` for what the authority refuses.
    ///
    /// - Parameter following: for a command that waits for all nodes: an admin with a trust folder follows as they do while it lasts.
    func authority<Value: Sendable>(
        following: Bool = false, _ body: (AuthorityAccess) async throws -> Value
    ) async throws -> Value {
        if let folder = offline.authority { return try await offline.opened(folder, body) }
        let node = try node()
        // Another role's folder is kept by its node, which follows itself.
        let isFollowing = following && node.credentials.identity.role == .admin
        func call(_ caller: any Caller, follower: String?) async throws -> Value {
            do {
                return try await body(Self.access(node, caller, follower: follower))
            } catch {
                throw (error as? RPCError).map { AdminFailure(node.place, $0) } ?? error
            }
        }
        guard let folder = identity.folder else { return try await node.connected { try await call($0, follower: nil) } }
        let line = AdminLine(address: node.address, habits: node.habits, folder: NodeTrustFolder(path: folder), isFollowing: isFollowing)
        return try await line.connected { try await call($0, follower: isFollowing ? node.credentials.identity.uri : nil) }
    }

    private static func access(_ node: RemoteNode, _ caller: any Caller, follower: String?) -> AuthorityAccess {
        AuthorityAccess(
            client: TrustV1.AuthorityServiceClient(caller), place: node.place, trustDomain: node.trustDomain, follower: follower
        ) {
            // An epoch may have 4 MB.
            let options = CallOptions(maximumResponseBytes: 8 << 20)
            return try await TrustV1.TrustServiceClient(caller).getEpoch(TrustV1.GetEpochRequest(number: 0), options: options).epoch
        }
    }
}
