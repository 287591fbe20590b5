import SampanAPI
import SampanMesh
import SampanNode
import SampanRPC
import SampanTransport

/// A command's line to the platform node, with the certificate of a trust folder, which it keeps in force while the command lasts.
struct AdminLine: Sendable {
    let node: RemoteNode
    let folder: NodeTrustFolder
    /// Whether it follows the region's epochs and acknowledges them, as a node does: for commands that wait for all nodes, of which an
    /// admin is one.
    let isFollowing: Bool

    /// As it is told to the authority.
    private static let version = "0.1.0"

    /// Runs `body`, and ends the line. Throws what `body` throws, and an `AdminFailure` for a folder that cannot be used.
    func connected<Value: Sendable>(_ body: (any Caller) async throws -> Value) async throws -> Value {
        let group = try EventLoopGroup(count: 1)
        let result: Result<Value, any Error>
        do {
            result = .success(try await connected(on: group, body))
        } catch {
            result = .failure(error)
        }
        await group.shutdown()
        return try result.get()
    }

    private func connected<Value: Sendable>(
        on group: EventLoopGroup, _ body: (any Caller) async throws -> Value
    ) async throws -> Value {
        let endpoints = [Endpoint(node.address)]
        var settings = NodeTrustSettings(platform: endpoints, version: Self.version)
        // Where nobody follows, the folder may be one that a running node keeps.
        settings.isCompanion = !isFollowing
        let trust: NodeTrust
        do throws(NodeTrustFolderError) {
            trust = try NodeTrust(folder: folder, group: group, settings: settings, time: .system(wall: WallClock.now)) { _ in }
        } catch {
            throw AdminFailure(error.description)
        }
        let channel = ClientChannel(group: group, endpoints: endpoints, credentials: trust.credentials, configuration: node.habits)
        let following = isFollowing ? Task { await trust.run() } : nil
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(RenewingCaller(trust, channel: channel)))
        } catch {
            result = .failure(error)
        }
        following?.cancel()
        await following?.value
        await trust.close()
        await channel.shutdown(grace: .zero)
        return try result.get()
    }
}
