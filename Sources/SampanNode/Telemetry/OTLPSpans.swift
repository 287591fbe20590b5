internal import SampanAPI
internal import SampanFerry
internal import SampanRPC
internal import SampanTransport

/// Spans as OTLP has them, by the semantic conventions for RPC.
enum OTLPSpans {
    static func request(_ spans: [OpentelemetryProtoTraceV1.Span], of identity: PeerIdentity)
        -> OpentelemetryProtoCollectorTraceV1.ExportTraceServiceRequest
    {
        let scope = OpentelemetryProtoTraceV1.ScopeSpans(scope: OTLPAttributes.scope, spans: spans)
        return OpentelemetryProtoCollectorTraceV1.ExportTraceServiceRequest(resourceSpans: [
            OpentelemetryProtoTraceV1.ResourceSpans(resource: OTLPAttributes.resource(identity), scopeSpans: [scope])
        ])
    }

    static func span(_ span: CallSpan) -> OpentelemetryProtoTraceV1.Span {
        let parts = span.labels.method.split(separator: "/", maxSplits: 1)
        var attributes = [
            OTLPAttributes.text("rpc.system", "grpc"), OTLPAttributes.text("rpc.service", parts.first.map(String.init) ?? ""),
            OTLPAttributes.text("rpc.method", parts.count == 2 ? String(parts[1]) : ""),
            OTLPAttributes.number("rpc.grpc.status_code", span.code.rawValue),
            OTLPAttributes.text("sampan.direction", span.labels.direction.rawValue),
        ]
        if !span.labels.peer.isEmpty { attributes.append(OTLPAttributes.text("sampan.peer", span.labels.peer)) }
        if !span.labels.route.isEmpty { attributes.append(OTLPAttributes.text("sampan.route", span.labels.route)) }
        return OpentelemetryProtoTraceV1.Span(
            traceID: bytes(span.traceID.high) + bytes(span.traceID.low), spanID: bytes(span.spanID), traceState: span.state?.text ?? "",
            parentSpanID: span.parent.map(bytes) ?? [], name: span.labels.method, kind: .server,
            startTimeUnixNano: UInt64(clamping: span.began), endTimeUnixNano: UInt64(clamping: max(span.began, span.ended)),
            attributes: attributes, status: status(span.code), flags: 1)
    }

    /// A step of a row's way over the gap. Rows are numbered: nothing else of them is told.
    static func span(_ span: FerrySpan) -> OpentelemetryProtoTraceV1.Span {
        OpentelemetryProtoTraceV1.Span(
            traceID: bytes(span.place.traceID.high) + bytes(span.place.traceID.low), spanID: bytes(span.place.spanID),
            parentSpanID: bytes(span.parent.spanID), name: "ferry \(span.step.rawValue)", kind: .internal,
            startTimeUnixNano: UInt64(clamping: span.began), endTimeUnixNano: UInt64(clamping: span.ended),
            attributes: [
                OTLPAttributes.number("sampan.row", Int(clamping: span.seq)), OTLPAttributes.text("sampan.outcome", span.outcome),
            ], flags: 1)
    }

    /// Only what is the server's own failure is an error of its span; what a caller did wrong is not.
    private static func status(_ code: StatusCode) -> OpentelemetryProtoTraceV1.Status? {
        switch code {
        case .unknown, .deadlineExceeded, .unimplemented, .internal, .unavailable, .dataLoss:
            OpentelemetryProtoTraceV1.Status(message: code.description, code: .error)
        default: nil
        }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
    }
}
