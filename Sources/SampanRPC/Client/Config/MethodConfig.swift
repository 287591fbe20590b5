/// How calls of some methods are made (gRPC service_config.proto, MethodConfig).
public struct MethodConfig: Sendable, Hashable {
    /// What a config is for: a method; every method of a service; or, without both, every method there is.
    public struct Name: Sendable, Hashable {
        public let service: String
        public let method: String

        /// Throws for a method without its service.
        public init(service: String = "", method: String = "") throws(ServiceConfigError) {
            guard method.isEmpty || !service.isEmpty else {
                throw ServiceConfigError(field: "methodConfig.name", reason: "the method \(method) has no service")
            }
            self.service = service
            self.method = method
        }
    }

    /// How a call may be made more than once.
    public enum Repetition: Sendable, Hashable {
        case retry(RetryPolicy)
        case hedging(HedgingPolicy)
    }

    public let names: [Name]
    /// Longest time of a call, all attempts together; the shorter of this and the call's own counts.
    public let timeout: Duration?
    /// Whether calls wait for a connection; a call that asks for it waits in any case.
    public let waitForReady: Bool
    /// Largest request message, in bytes.
    public let maximumRequestBytes: Int?
    /// Largest answer message, in bytes; the smaller of this and the call's own counts.
    public let maximumResponseBytes: Int?
    public let repetition: Repetition?

    public init(
        names: [Name], timeout: Duration? = nil, waitForReady: Bool = false, maximumRequestBytes: Int? = nil,
        maximumResponseBytes: Int? = nil, repetition: Repetition? = nil
    ) throws(ServiceConfigError) {
        if let timeout, timeout < .zero { throw ServiceConfigError(field: "methodConfig.timeout", reason: "must not be negative") }
        for (field, value) in [("maxRequestMessageBytes", maximumRequestBytes), ("maxResponseMessageBytes", maximumResponseBytes)] {
            guard value.map({ (0...Int(UInt32.max)).contains($0) }) ?? true else {
                throw ServiceConfigError(field: "methodConfig.\(field)", reason: "must be 0 to \(UInt32.max)")
            }
        }
        self.names = names
        self.timeout = timeout
        self.waitForReady = waitForReady
        self.maximumRequestBytes = maximumRequestBytes
        self.maximumResponseBytes = maximumResponseBytes
        self.repetition = repetition
    }
}

extension MethodConfig.Name: Decodable {
    private enum CodingKeys: String, CodingKey {
        case service, method
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            service: fields.decodeIfPresent(String.self, forKey: .service) ?? "",
            method: fields.decodeIfPresent(String.self, forKey: .method) ?? "")
    }
}

extension MethodConfig: Decodable {
    private enum CodingKeys: String, CodingKey {
        case name, timeout, waitForReady, maxRequestMessageBytes, maxResponseMessageBytes, retryPolicy, hedgingPolicy
    }

    /// Reads gRPC's JSON form. Both policies at once are refused (gRFC A6).
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let retry = try fields.decodeIfPresent(RetryPolicy.self, forKey: .retryPolicy)
        let hedging = try fields.decodeIfPresent(HedgingPolicy.self, forKey: .hedgingPolicy)
        guard retry == nil || hedging == nil else {
            throw ServiceConfigError(field: "methodConfig.hedgingPolicy", reason: "a method has a retryPolicy or a hedgingPolicy, not both")
        }
        try self.init(
            names: fields.decodeIfPresent([Name].self, forKey: .name) ?? [],
            timeout: fields.decodeIfPresent(JSONDuration.self, forKey: .timeout)?.value,
            waitForReady: fields.decodeIfPresent(Bool.self, forKey: .waitForReady) ?? false,
            maximumRequestBytes: fields.decodeIfPresent(Int.self, forKey: .maxRequestMessageBytes),
            maximumResponseBytes: fields.decodeIfPresent(Int.self, forKey: .maxResponseMessageBytes),
            repetition: retry.map(Repetition.retry) ?? hedging.map(Repetition.hedging))
    }
}
