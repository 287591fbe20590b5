import Foundation
import SampanAPI
import SampanMesh
import SampanRPC
import SampanTransport
import StoreTestSupport
import Testing

/// Take what nodes tell.
private struct SpanCollector: OpentelemetryProtoCollectorTraceV1.TraceServiceHandler {
    let spans: AsyncStream<[OpentelemetryProtoTraceV1.ResourceSpans]>.Continuation

    func export(
        _ request: OpentelemetryProtoCollectorTraceV1.ExportTraceServiceRequest, context: CallContext
    ) async throws -> OpentelemetryProtoCollectorTraceV1.ExportTraceServiceResponse {
        spans.yield(request.resourceSpans)
        return .init()
    }
}

private struct MetricCollector: OpentelemetryProtoCollectorMetricsV1.MetricsServiceHandler {
    let metrics: AsyncStream<[OpentelemetryProtoMetricsV1.ResourceMetrics]>.Continuation

    func export(
        _ request: OpentelemetryProtoCollectorMetricsV1.ExportMetricsServiceRequest, context: CallContext
    ) async throws -> OpentelemetryProtoCollectorMetricsV1.ExportMetricsServiceResponse {
        metrics.yield(request.resourceMetrics)
        return .init()
    }
}

@Suite("sampan serve with a collector", .timeLimit(.minutes(5)))
struct TelemetryProgramTests {
    @Test("the collector hears of a traced call, and of the node's metrics")
    func tells() async throws {
        let directory = try TemporaryDirectory()
        let now = Int64(Date.now.timeIntervalSince1970)
        let authority = try DevelopmentAuthority.create(
            directory: directory.file("ca"), trustDomain: "region.example", organization: nil, days: 1, now: now)
        for (role, node) in [(PeerIdentity.Role.gateway, "gateway"), (.hospital, "his")] {
            let identity = try PeerIdentity(trustDomain: "region.example", role: role, institution: "4699010001", node: node)
            _ = try authority.issue(
                NodeCertificateRequest(identity: identity, dnsNames: ["localhost"], addresses: ["127.0.0.1"], days: 1),
                prefix: directory.file(node), now: now)
        }
        let group = try EventLoopGroup(count: 1)
        let (spans, spansTold) = AsyncStream.makeStream(of: [OpentelemetryProtoTraceV1.ResourceSpans].self)
        let (metrics, metricsTold) = AsyncStream.makeStream(of: [OpentelemetryProtoMetricsV1.ResourceMetrics].self)
        let collector = try GRPCServer(
            group: group, services: [SpanCollector(spans: spansTold), MetricCollector(metrics: metricsTold)], tls: nil)
        let place = try await collector.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
        let text = """
            listen: 127.0.0.1:0
            trust-domain: region.example
            certificate: gateway.pem
            key: gateway.key
            trust: ca/trust.pem
            data: data
            institutions: { scheme: local, codes: ["4699010001"] }
            channel: { address: "127.0.0.1:1" }
            telemetry: { collector: "\(place)", interval: 1s, trace-ratio: 0 }
            """
        try text.write(toFile: directory.file("gateway.yaml"), atomically: false, encoding: .utf8)
        let program = try RunningProgram(["serve", "--config", directory.file("gateway.yaml")], in: directory)
        let address = try #require(HostAndPort(try await program.ready()))
        let credentials = try NodeCredentials(
            certificateFile: directory.file("his.pem"), keyFile: directory.file("his.key"), trustFile: directory.file("ca/trust.pem"),
            trustDomain: "region.example")
        let channel = try ClientChannel(group: group, host: address.host, port: address.port, credentials: credentials)
        // Metrics have come once, so the node traces by now.
        var told = metrics.makeAsyncIterator()
        let first = try #require(await told.next())
        var metadata = Metadata()
        try metadata.append("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", for: "traceparent")
        let method = MethodDescriptor(service: "grpc.health.v1.Health", name: "Check", kind: .unary)
        _ = try await channel.unary(method, FramedMessage(payload: []), CallOptions(metadata: metadata))
        var heard = spans.makeAsyncIterator()
        let resource = try #require(await heard.next()?.first)
        let span = try #require(resource.scopeSpans.first?.spans.first)
        #expect(span.name == "grpc.health.v1.Health/Check" && span.parentSpanID == [0xB7, 0xAD, 0x6B, 0x71, 0x69, 0x20, 0x33, 0x31])
        #expect(span.traceID.prefix(4) == [0x0A, 0xF7, 0x65, 0x19])
        let names = Set(first.flatMap(\.scopeMetrics).flatMap(\.metrics).map(\.name))
        #expect(
            names.isSuperset(of: [
                "sampan_calls_started", "sampan_call_duration_seconds", "sampan_loop_turn_seconds", "process_cpu_seconds",
            ]))
        let instance = resource.resource?.attributes.first { $0.key == "service.instance.id" }?.value?.value
        #expect(instance == .stringValue("gateway/4699010001/gateway"))
        program.signal(SIGTERM)
        #expect(await program.status == 0, "\(program.standardError)")
        await channel.shutdown(grace: .zero)
        await collector.shutdown(grace: .zero)
        await group.shutdown()
    }
}
