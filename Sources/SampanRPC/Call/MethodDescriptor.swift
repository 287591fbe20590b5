/// What a call is about: the service, the method, the shape of its messages and whether it may be sent twice.
///
/// Generated stubs make one constant per method; nothing on a hot path builds these strings.
public struct MethodDescriptor: Sendable, Hashable {
    /// How many messages travel each way.
    public enum Kind: Sendable, Hashable {
        case unary
        case clientStreaming
        case serverStreaming
        case bidirectionalStreaming
    }

    /// The `idempotency_level` option of the method in its `.proto` file.
    public enum Idempotency: Sendable, Hashable {
        case unknown
        case idempotent
        case noSideEffects
    }

    /// Full name of the service, for example `sampan.payment.v1.PaymentService`.
    public let service: String
    /// Name of the method in its service, for example `PayBookingFee`.
    public let name: String
    public let kind: Kind
    public let idempotency: Idempotency
    /// The `:path` of the call: `/service/name` (gRPC PROTOCOL-HTTP2, Path).
    public let path: String

    public init(service: String, name: String, kind: Kind, idempotency: Idempotency = .unknown) {
        self.service = service
        self.name = name
        self.kind = kind
        self.idempotency = idempotency
        self.path = "/\(service)/\(name)"
    }
}

extension MethodDescriptor: CustomStringConvertible {
    public var description: String { "\(service)/\(name)" }
}
