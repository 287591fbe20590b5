internal import SampanMetrics
internal import SampanTransport

/// Where collectors read a node's metrics: `GET /metrics` over plain HTTP/1.1.
struct MetricsDoor: Sendable {
    private let server: PlainHTTPServer
    let address: SocketAddress

    /// Listens. Throws a `ConfigurationError` where it cannot.
    init(_ settings: MetricsSettings, _ metrics: NodeMetrics, on loop: EventLoop) async throws {
        server = PlainHTTPServer(loop: loop) { request in
            guard request.path == "/metrics" else { return PlainHTTPAnswer(status: 404) }
            let format = MetricText(accept: request.accept)
            return PlainHTTPAnswer(contentType: format.contentType, body: format.bytes(await metrics.families()))
        }
        do throws(SocketError) {
            address = try await server.listen(on: settings.address)
        } catch {
            throw ConfigurationError(file: "metrics.listen", message: "\(settings.address) cannot be listened on: \(error)")
        }
    }

    func close() async { await server.shutdown() }
}
