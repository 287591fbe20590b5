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

    private final class Storage: Sendable {
        let service: String
        let name: String
        let kind: Kind
        let idempotency: Idempotency
        let path: String

        init(service: String, name: String, kind: Kind, idempotency: Idempotency) {
            self.service = service
            self.name = name
            self.kind = kind
            self.idempotency = idempotency
            path = "/\(service)/\(name)"
        }
    }

    /// One reference, since every call holds a copy.
    private let storage: Storage

    /// Full name of the service, for example `sampan.payment.v1.PaymentService`.
    public var service: String { storage.service }
    /// Name of the method in its service, for example `PayBookingFee`.
    public var name: String { storage.name }
    public var kind: Kind { storage.kind }
    public var idempotency: Idempotency { storage.idempotency }
    /// The `:path` of the call: `/service/name` (gRPC PROTOCOL-HTTP2, Path).
    public var path: String { storage.path }

    public init(service: String, name: String, kind: Kind, idempotency: Idempotency = .unknown) {
        storage = Storage(service: service, name: name, kind: kind, idempotency: idempotency)
    }

    /// Whether both are copies of one descriptor: without a look at its text.
    package func isSame(_ other: MethodDescriptor) -> Bool { storage === other.storage }

    public static func == (left: MethodDescriptor, right: MethodDescriptor) -> Bool {
        left.storage === right.storage
            || (left.path == right.path && left.kind == right.kind && left.idempotency == right.idempotency)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(path)
    }
}

extension MethodDescriptor: CustomStringConvertible {
    public var description: String { "\(service)/\(name)" }
}
