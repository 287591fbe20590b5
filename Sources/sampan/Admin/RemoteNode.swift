import SampanRPC
import SampanTransport

/// A node that a command calls: one connection, for as long as the command lasts.
struct RemoteNode: Sendable {
    let address: HostAndPort
    let credentials: NodeCredentials
    /// Of each call, and of the set-up of the connection.
    let timeout: Duration

    /// As people write it.
    var place: String { "\(Endpoint(address))" }
    var trustDomain: String { credentials.identity.trustDomain }

    var habits: ChannelConfiguration {
        var configuration = ChannelConfiguration()
        configuration.defaultTimeout = timeout
        configuration.setUpTimeout = timeout
        return configuration
    }

    /// Runs `body` with a channel to the node, and ends the channel. A failed call is thrown as an `AdminFailure` that names the node.
    func connected<Value: Sendable>(_ body: (ClientChannel) async throws -> Value) async throws -> Value {
        let group = try EventLoopGroup(count: 1)
        let channel: ClientChannel
        do {
            channel = try ClientChannel(
                group: group, host: address.host, port: address.port, credentials: credentials, configuration: habits)
        } catch {
            await group.shutdown()
            throw error
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(channel))
        } catch {
            result = .failure((error as? RPCError).map { AdminFailure(place, $0) } ?? error)
        }
        await channel.shutdown(grace: .zero)
        await group.shutdown()
        return try result.get()
    }
}
