/// Why something cannot be a service config.
public struct ServiceConfigError: Error, Sendable, Hashable {
    /// Name of the field as gRPC's JSON writes it, for example `retryPolicy.maxAttempts`.
    public let field: String
    /// What is wrong with it, and what it may be.
    public let reason: String

    public init(field: String, reason: String) {
        self.field = field
        self.reason = reason
    }
}

extension ServiceConfigError: CustomStringConvertible {
    public var description: String { "service config, \(field): \(reason)" }
}
