package import SampanTransport

/// Whom a node tells of its metrics and of the calls that it traces.
///
/// ```yaml
/// telemetry:
///   collector: 127.0.0.1:4317     # OTLP over gRPC, without TLS
///   allow-remote: true            # a collector on another machine; left out: only loopback is taken
///   interval: 10s                 # 1s to 1h
///   trace-ratio: 0.001            # share of the calls without a trace that begin one, 0 to 1
/// ```
package struct TelemetrySettings: Sendable, Hashable {
    package let collector: SocketAddress
    /// 10 s by default: what the collector shows is hardly older, and a node tells little at a time.
    package let interval: Duration
    package let sampling: TraceSampling

    /// Nil where the file has no `telemetry`. Throws for a collector that only the network leads to, unless the file says that this is
    /// meant.
    static func read(_ mapping: YAMLMapping) throws(ConfigurationError) -> TelemetrySettings? {
        guard mapping.has("telemetry") else { return nil }
        let telemetry = try mapping.mapping("telemetry")
        let place = try telemetry.address("collector")
        guard let address = SocketAddress(host: place.host, port: place.port) else {
            throw telemetry.invalid("collector", "must be a numeric address and a port, such as 127.0.0.1:4317")
        }
        guard try telemetry.boolean("allow-remote", default: false) || Loopback.contains(place.host) else {
            throw telemetry.invalid(
                "collector", "is on another machine, and would be told without TLS: allow-remote: true says that this is meant")
        }
        let interval = try telemetry.duration("interval", default: .seconds(10), in: .seconds(1)...(.seconds(3_600)))
        var sampling = TraceSampling.sparing
        if let text = try telemetry.optionalString("trace-ratio") {
            guard let ratio = Double(text), let read = TraceSampling(ratio: ratio) else {
                throw telemetry.invalid("trace-ratio", "must be a number from 0 to 1, such as 0.001")
            }
            sampling = read
        }
        try telemetry.finish()
        return TelemetrySettings(collector: address, interval: interval, sampling: sampling)
    }
}
