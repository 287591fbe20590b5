internal import SampanAPI
internal import SampanRPC

/// Attributes, and who has measured, in OpenTelemetry's words.
enum OTLPAttributes {
    typealias KeyValue = OpentelemetryProtoCommonV1.KeyValue

    static func text(_ key: String, _ value: String) -> KeyValue {
        KeyValue(key: key, value: OpentelemetryProtoCommonV1.AnyValue(value: .stringValue(value)))
    }

    static func number(_ key: String, _ value: Int) -> KeyValue {
        KeyValue(key: key, value: OpentelemetryProtoCommonV1.AnyValue(value: .intValue(Int64(value))))
    }

    /// The node itself. Its institution and its name in it, as every certificate of it shows them.
    static func resource(_ identity: PeerIdentity) -> OpentelemetryProtoResourceV1.Resource {
        OpentelemetryProtoResourceV1.Resource(attributes: [
            text("service.name", "sampan"), text("service.namespace", identity.trustDomain),
            text("service.instance.id", "\(identity.role.rawValue)/\(identity.institution)/\(identity.node)"),
        ])
    }

    static let scope = OpentelemetryProtoCommonV1.InstrumentationScope(name: "sampan")
}
