import SampanAPI
import SampanMesh
import SampanNode
import SampanRPC
import SampanTransport

/// A command's line to the platform node, with the certificate of a trust folder, which it keeps in force while the command lasts.
struct AdminLine: Sendable {
    let address: HostAndPort
    /// Of the calls of `connected`.
    let habits: ChannelConfiguration
    let folder: NodeTrustFolder
    /// Whether it follows the region's epochs and acknowledges them, as a node does: for commands that wait for all nodes, of which an
    /// admin is one.
    let isFollowing: Bool

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

    /// Takes another certificate now, and the epochs that were missed; how the folder stands then.
    func renewed() async throws -> NodeTrustStatus {
        let group = try EventLoopGroup(count: 1)
        let result: Result<NodeTrustStatus, any Error>
        do {
            let trust = try trust(on: group)
            do {
                try await trust.catchUp(renewing: true)
                result = .success(await trust.status())
            } catch {
                result = .failure((error as? RPCError).map { AdminFailure("\(Endpoint(address))", $0) } ?? AdminFailure("\(error)"))
            }
            await trust.close()
        } catch {
            result = .failure(error)
        }
        await group.shutdown()
        return try result.get()
    }

    private func trust(on group: EventLoopGroup) throws -> NodeTrust {
        var settings = NodeTrustSettings(platform: [Endpoint(address)], version: ProgramVersion.text)
        // Where nobody follows, the folder may be one that a running node keeps.
        settings.isCompanion = !isFollowing
        // Somebody waits.
        settings.renewalSpread = .zero
        do throws(NodeTrustFolderError) {
            return try NodeTrust(folder: folder, group: group, settings: settings, time: .system(wall: WallClock.now)) { _ in }
        } catch {
            throw AdminFailure(error.description)
        }
    }

    private func connected<Value: Sendable>(
        on group: EventLoopGroup, _ body: (any Caller) async throws -> Value
    ) async throws -> Value {
        let trust = try trust(on: group)
        let channel = ClientChannel(
            group: group, endpoints: [Endpoint(address)], credentials: trust.credentials, configuration: habits)
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
