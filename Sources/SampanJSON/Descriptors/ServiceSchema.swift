/// A service, as its contract has it.
public struct ServiceSchema: Sendable, Hashable {
    /// Full name, for example `sampan.payment.v1.PaymentService`.
    public let name: String
    /// In the order of the contract.
    public let methods: [MethodSchema]

    /// The method of this name; nil when there is none.
    public func method(_ name: String) -> MethodSchema? { methods.first { $0.name == name } }
}

/// A method of a service.
public struct MethodSchema: Sendable, Hashable {
    /// The option `idempotency_level`.
    public enum Idempotency: Int, Sendable, Hashable {
        case unknown = 0
        case noSideEffects = 1
        case idempotent = 2
    }

    /// Its name in its service.
    public let name: String
    /// Full name of the message that it takes.
    public let input: String
    /// Full name of the message that it answers with.
    public let output: String
    /// Whether the client sends a stream of messages.
    public let isClientStreaming: Bool
    /// Whether the server sends a stream of messages.
    public let isServerStreaming: Bool
    public let idempotency: Idempotency
}
