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

/// A gateway that tells a collector, with the identities of a region around it.
private struct Scene {
    static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    let directory: TemporaryDirectory
    let group: EventLoopGroup
    let program: RunningProgram
    let address: HostAndPort
    let channel: ClientChannel
    let spans: AsyncStream<[OpentelemetryProtoTraceV1.ResourceSpans]>
    let metrics: AsyncStream<[OpentelemetryProtoMetricsV1.ResourceMetrics]>

    /// Parent of its calls, as OTLP has it.
    static let parentSpanID: [UInt8] = [0xB7, 0xAD, 0x6B, 0x71, 0x69, 0x20, 0x33, 0x31]

    static func traced() throws -> CallOptions {
        var metadata = Metadata()
        try metadata.append(parent, for: "traceparent")
        return CallOptions(metadata: metadata)
    }

    static func with(_ body: (Scene) async throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        let now = Int64(Date.now.timeIntervalSince1970)
        let authority = try DevelopmentAuthority.create(
            directory: directory.file("ca"), trustDomain: "region.example", organization: nil, days: 1, now: now)
        for (role, node) in [(PeerIdentity.Role.gateway, "gateway"), (.hospital, "his"), (.ferry, "ferry")] {
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
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(
                try await body(
                    Scene(
                        directory: directory, group: group, program: program, address: address, channel: channel, spans: spans,
                        metrics: metrics)))
        } catch {
            outcome = .failure(error)
        }
        program.signal(SIGTERM)
        #expect(await program.status == 0, "\(program.standardError)")
        await channel.shutdown(grace: .zero)
        await collector.shutdown(grace: .zero)
        await group.shutdown()
        try outcome.get()
    }
}

@Suite("sampan serve with a collector", .timeLimit(.minutes(20)))
struct TelemetryProgramTests {
    @Test("the collector hears of a traced call, and of the node's metrics")
    func tells() async throws {
        try await Scene.with { scene in
            // Metrics have come once, so the node traces by now.
            var told = scene.metrics.makeAsyncIterator()
            let first = try #require(await told.next())
            let method = MethodDescriptor(service: "grpc.health.v1.Health", name: "Check", kind: .unary)
            _ = try await scene.channel.unary(method, FramedMessage(payload: []), Scene.traced())
            var heard = scene.spans.makeAsyncIterator()
            let resource = try #require(await heard.next()?.first)
            let span = try #require(resource.scopeSpans.first?.spans.first)
            #expect(span.name == "grpc.health.v1.Health/Check" && span.parentSpanID == Scene.parentSpanID)
            #expect(span.traceID.prefix(4) == [0x0A, 0xF7, 0x65, 0x19])
            let names = Set(first.flatMap(\.scopeMetrics).flatMap(\.metrics).map(\.name))
            #expect(
                names.isSuperset(of: [
                    "sampan_calls_started", "sampan_call_duration_seconds", "sampan_loop_turn_seconds", "process_cpu_seconds",
                ]))
            let instance = resource.resource?.attributes.first { $0.key == "service.instance.id" }?.value?.value
            #expect(instance == .stringValue("gateway/4699010001/gateway"))
        }
    }

    @Test("the collector hears of a request's way over the gap, from a ferry that knows no collector")
    func gap() async throws {
        try await Scene.with { scene in
            var told = scene.metrics.makeAsyncIterator()
            _ = try #require(await told.next())
            let text = """
                gateway: \(scene.address.host):\(scene.address.port)
                trust-domain: region.example
                certificate: ferry.pem
                key: ferry.key
                trust: ca/trust.pem
                workers: 1
                institutions: { scheme: local }
                his: { database: his.db, seed: payment-day }
                """
            try text.write(toFile: scene.directory.file("ferry.yaml"), atomically: false, encoding: .utf8)
            let ferry = try RunningProgram(["ferry", "--config", scene.directory.file("ferry.yaml")], in: scene.directory)
            let later = GoogleProtobuf.Timestamp(seconds: Int64(Date.now.timeIntervalSince1970) + 600)
            let charge = GatewayV1.Charge(
                outTradeNo: "SP1", institutionCode: "4699010001", amountFen: 100, channel: .wechatPay, channelTransactionID: "420001",
                paidAt: GoogleProtobuf.Timestamp(seconds: later.seconds - 700), patientNumber: "P1")
            let request = GatewayV1.Request(
                requestID: "r1", deadline: later, command: .bookingFee(GatewayV1.BookingFee(charge: charge, departmentCode: "03")))
            _ = try await GatewayV1.RequestServiceClient(scene.channel).submitRequest(
                GatewayV1.SubmitRequestRequest(request: request), options: Scene.traced())
            var steps: [String: OpentelemetryProtoTraceV1.Span] = [:]
            var call: OpentelemetryProtoTraceV1.Span?
            for await resources in scene.spans {
                for span in resources.flatMap(\.scopeSpans).flatMap(\.spans) {
                    if span.name.hasPrefix("ferry ") { steps[span.name] = span }
                    if span.name.hasSuffix("/SubmitRequest") { call = span }
                }
                if steps.count == 3, call != nil { break }
            }
            #expect(Set(steps.keys) == ["ferry claim", "ferry post", "ferry write-back"])
            let parent = try #require(call)
            #expect(parent.parentSpanID == Scene.parentSpanID)
            for span in steps.values {
                #expect(span.traceID == parent.traceID && span.parentSpanID == parent.spanID && span.kind == .internal)
                #expect(span.startTimeUnixNano >= parent.startTimeUnixNano && span.endTimeUnixNano >= span.startTimeUnixNano)
                #expect(span.attributes.map(\.key) == ["sampan.row", "sampan.outcome"])
            }
            ferry.signal(SIGTERM)
            #expect(await ferry.status == 0, "\(ferry.standardError)")
        }
    }
}
