internal import Logging
internal import SampanDomain
internal import SampanHTTPClient
internal import SampanTransport

/// The listener of the channels' own protocols, and the client that posts notifications.
struct WebDoor: Sendable {
    let address: SocketAddress
    private let server: PlainHTTPServer
    private let channel: WebChannel
    private let merchant: HTTPClient

    /// Listens; nil without a configuration. Throws `SocketError`, `HTTPClientError`.
    static func open(
        _ configuration: ChannelSimulator.Configuration.Web?, store: ChannelStore, faults: FaultInjector, time: SimulatorTime,
        loop: EventLoop, log: Logger
    ) async throws -> WebDoor? {
        guard let configuration else { return nil }
        let channel = WebChannel(console: configuration.console, store: store, faults: faults, time: time, log: log)
        var client = HTTPClientConfiguration(origin: configuration.notify)
        client.timeout = ChannelSimulator.notificationTimeout
        let merchant = try HTTPClient(client)
        var limits = PlainHTTPLimits()
        limits.bodyBytes = 64 * 1_024
        limits.connections = 256
        let server = PlainHTTPServer(loop: loop, limits: limits) { await channel.answer($0) }
        do {
            let address = try await server.listen(on: configuration.listen)
            return WebDoor(address: address, server: server, channel: channel, merchant: merchant)
        } catch {
            await merchant.shutdown()
            throw error
        }
    }

    func notify(_ order: OutTradeNo, _ spoiling: MessageSpoiling) async throws {
        try await channel.notify(order, spoiling, merchant)
    }

    func shutdown() async {
        await server.shutdown()
        await merchant.shutdown()
    }
}
