internal import SampanTransport

/// Has a server listen where a file says, and names the key of the file where that fails.
enum ListenerAddress {
    static func listen(_ server: GRPCServer, _ place: HostAndPort, _ key: String) async throws -> SocketAddress {
        guard let address = SocketAddress(host: place.host, port: place.port) else {
            throw ConfigurationError(file: key, message: "\(place.host) is no numeric address")
        }
        do throws(SocketError) {
            return try await server.listen(on: address)
        } catch {
            throw ConfigurationError(file: key, message: "\(address) cannot be listened on: \(error)")
        }
    }
}
