internal import Logging
internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanRPC
internal import SampanTransport

/// Tells a collector of a node's metrics and traces, every so often, over OTLP/gRPC. Safe from any task.
///
/// What a collector does not take is not told again: spans are gone, and metrics say the whole each time.
struct TelemetryExporter: Sendable {
    private let settings: TelemetrySettings
    private let metrics: NodeMetrics
    private let identity: PeerIdentity
    private let channel: ClientChannel
    private let start: UInt64
    private let log: Logger

    /// Spans of one message. 512, some 200 KiB: below the 4 MiB that a collector takes.
    private static let spansAtOnce = 512
    /// Time for one message.
    private static let timeout: Duration = .seconds(10)

    init(_ settings: TelemetrySettings, _ metrics: NodeMetrics, of identity: PeerIdentity, log: Logger) {
        (self.settings, self.metrics, self.identity, self.log) = (settings, metrics, identity, log)
        start = UInt64(clamping: WallClock.now().nanoseconds)
        channel = ClientChannel(group: metrics.group, host: settings.collector.host, port: settings.collector.port, tls: nil)
    }

    /// Begins to trace, and tells until its task is cancelled; once.
    func run() async {
        await metrics.group.trace(settings.sampling)
        var isHeard = true
        while (try? await ContinuousClock().sleep(for: settings.interval)) != nil {
            do throws(RPCError) {
                try await export()
                if !isHeard { log.notice("the collector takes telemetry again") }
                isHeard = true
            } catch {
                guard !Task.isCancelled else { break }
                if isHeard { log.warning("the collector does not take telemetry", metadata: ["reason": "\(error.code): \(error.message)"]) }
                isHeard = false
            }
        }
        await channel.shutdown(grace: .zero)
    }

    /// Tells what there is now. Throws the first failure; what was not told by then is dropped.
    func export() async throws(RPCError) {
        let options = CallOptions(timeout: Self.timeout)
        let traces = OpentelemetryProtoCollectorTraceV1.TraceServiceClient(channel)
        let calls = await metrics.group.takeSpans().map { OTLPSpans.span($0) }
        var rest = (calls + (metrics.ferrySpans?.take() ?? []).map { OTLPSpans.span($0) })[...]
        while !rest.isEmpty {
            _ = try await traces.export(OTLPSpans.request(Array(rest.prefix(Self.spansAtOnce)), of: identity), options: options)
            rest = rest.dropFirst(Self.spansAtOnce)
        }
        let message = OTLPMetrics(start: start, now: UInt64(clamping: WallClock.now().nanoseconds))
            .request(await metrics.families(), of: identity)
        _ = try await OpentelemetryProtoCollectorMetricsV1.MetricsServiceClient(channel).export(message, options: options)
    }
}
