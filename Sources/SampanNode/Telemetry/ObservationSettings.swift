/// Who learns how a node does: readers of its metrics, and a collector that it tells by itself.
package struct ObservationSettings: Sendable, Hashable {
    /// Nil: nobody reads the node's metrics.
    package let metrics: MetricsSettings?
    /// Nil: nobody is told, and no call is traced here.
    package let telemetry: TelemetrySettings?

    /// The keys `metrics` and `telemetry` of a node's file.
    static func read(_ mapping: YAMLMapping) throws(ConfigurationError) -> ObservationSettings {
        ObservationSettings(metrics: try MetricsSettings.read(mapping), telemetry: try TelemetrySettings.read(mapping))
    }
}
