package import SampanTransport

/// Where a node's metrics are read.
///
/// ```yaml
/// metrics:
///   listen: 127.0.0.1:9464        # plain HTTP/1.1, GET /metrics; no TLS, nobody is asked who he is
///   allow-remote: true            # an address that others reach; left out: only loopback is taken
/// ```
package struct MetricsSettings: Sendable, Hashable {
    package let address: SocketAddress

    /// Nil where the file has no `metrics`. Throws for an address that others may reach, unless the file says that they may.
    static func read(_ mapping: YAMLMapping) throws(ConfigurationError) -> MetricsSettings? {
        guard mapping.has("metrics") else { return nil }
        let metrics = try mapping.mapping("metrics")
        let place = try metrics.address("listen")
        guard let address = SocketAddress(host: place.host, port: place.port) else {
            throw metrics.invalid("listen", "must be a numeric address and a port, such as 127.0.0.1:9464")
        }
        let isOpen = try metrics.boolean("allow-remote", default: false)
        guard isOpen || Loopback.contains(place.host) else {
            throw metrics.invalid("listen", "is reached from other machines, by whoever likes: allow-remote: true says that this is meant")
        }
        try metrics.finish()
        return MetricsSettings(address: address)
    }
}
