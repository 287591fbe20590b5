internal import SampanChannels
internal import SampanServices
internal import SampanTransport

/// Where WeChat Pay and Alipay post notifications: plain HTTP/1.1, since whatever the region shows to the internet ends the TLS. Nothing
/// that comes is believed for the way that it came: it is signed, or refused.
struct NotificationDoor: Sendable {
    private let server: PlainHTTPServer

    /// Listens. Throws a `ConfigurationError` where it cannot.
    init(_ address: SocketAddress, _ notifications: MerchantNotifications, on loop: EventLoop) async throws {
        var limits = PlainHTTPLimits()
        limits.bodyBytes = ChannelMessage.bodyLimit
        // Both channels together, at a payment day's peak, with answers that take some milliseconds.
        limits.connections = 128
        server = PlainHTTPServer(loop: loop, limits: limits) { request in
            guard let source = Self.source(request.path) else { return PlainHTTPAnswer(status: 404) }
            guard request.method == .post else { return PlainHTTPAnswer(status: 405) }
            let message = ChannelMessage(headers: request.fields.map { ChannelHeader($0.name, $0.value) }, body: request.body)
            guard let reply = await notifications.receive(message, from: source) else { return PlainHTTPAnswer(status: 404) }
            return PlainHTTPAnswer(status: reply.status, contentType: reply.contentType, body: reply.body)
        }
        do throws(SocketError) {
            _ = try await server.listen(on: address)
        } catch {
            throw ConfigurationError(file: "channels.notify.listen", message: "\(address) cannot be listened on: \(error)")
        }
    }

    func close() async { await server.shutdown() }

    private static func source(_ path: String) -> MerchantNotifications.Source? {
        switch path {
        case MerchantParts.weChatPath: .weChat
        case MerchantParts.alipayPath: .alipay
        default: nil
        }
    }
}
